__all__ = ["small", "large", "helper"]
from .small import helper
