from app import util
from . import util as u

def start():
    util.helper()
    u.other()
