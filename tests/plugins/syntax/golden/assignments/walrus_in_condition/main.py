def maker():
    def made():
        return 1
    return made

if (f := maker()):
    f()
