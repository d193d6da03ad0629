from .client import Client
from . import errors
