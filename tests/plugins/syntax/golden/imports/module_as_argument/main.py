import alpha

def go(m):
    m.run()

go(alpha)
