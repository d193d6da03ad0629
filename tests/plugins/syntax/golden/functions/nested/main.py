def outer():
    def inner():
        leaf()

    def leaf():
        pass

    inner()

outer()
