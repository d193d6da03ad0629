from lib import *

def _private():
    pass

_private()
public()
