def outer():
    def action():
        pass

    def replacement():
        pass

    current = None

    def install():
        nonlocal current
        current = replacement

    install()
    current()

outer()
