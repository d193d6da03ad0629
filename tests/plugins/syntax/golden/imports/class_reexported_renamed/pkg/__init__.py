from ._impl import _Private as Public
