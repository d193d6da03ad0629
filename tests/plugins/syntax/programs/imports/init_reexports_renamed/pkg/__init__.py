from .sub.impl import _private as public
from .sub.impl import Impl as Thing
from . import sub
