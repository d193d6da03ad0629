def apply(function, value):
    return function(value)

def shout(f):
    return f()

def word():
    return "w"

apply(shout, word)
