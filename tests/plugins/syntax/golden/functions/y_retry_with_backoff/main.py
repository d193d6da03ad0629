import time

def retry(times, delay=0, sleep=time.sleep):
    def deco(f):
        def inner(*a, **k):
            for i in range(times):
                try:
                    return f(*a, **k)
                except ValueError:
                    sleep(delay)
            raise RuntimeError("x")
        return inner
    return deco

@retry(2)
def flaky():
    return fetch()

def fetch():
    pass

flaky()
