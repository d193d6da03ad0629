from . import tax
from .till import checkout
