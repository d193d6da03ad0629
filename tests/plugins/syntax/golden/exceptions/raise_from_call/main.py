class E(Exception):
    pass

def build():
    return E()

def fail():
    raise build() from ValueError("y")

try:
    fail()
except E:
    pass
