from .c import run
from . import c
