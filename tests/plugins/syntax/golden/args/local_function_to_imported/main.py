from helpers import apply

def mine():
    pass

apply(mine)
