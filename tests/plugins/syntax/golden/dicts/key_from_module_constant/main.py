import keys
from keys import STOP

def start():
    pass

def stop():
    pass

table = {keys.START: start, STOP: stop}
table["start"]()
table["stop"]()
