def remember(function):
    def wrapper(*args):
        return function(*args)

    def forget():
        pass

    wrapper.forget = forget
    return wrapper


@remember
def compute(x):
    return x


compute(1)
compute.forget()
