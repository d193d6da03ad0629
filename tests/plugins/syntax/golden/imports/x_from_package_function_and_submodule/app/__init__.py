def version():
    return helper()

from .util import helper
