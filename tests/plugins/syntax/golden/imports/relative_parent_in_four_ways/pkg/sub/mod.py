from ..util import helper
from .. import util
from . import near
from .near import close as shut

def run():
    helper()
    util.helper()
    near.close()
    shut()
