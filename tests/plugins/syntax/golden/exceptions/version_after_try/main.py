def one():
    pass

def two():
    pass

def three():
    pass

def four():
    pass

def attempt(fail):
    action = one
    try:
        if fail > 1:
            raise ValueError
        action = two
        if fail:
            raise ValueError
        action = three
        action()
    except ValueError:
        action()
        action = four
    finally:
        done = one
        done = two
        done()
    action()

attempt(0)
attempt(1)
attempt(2)
