from . import arithmetic
