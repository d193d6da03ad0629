from .one import One
from .two import Two

def load():
    return [cls() for cls in (One, Two)]
