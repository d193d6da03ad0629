from .cart import Cart
from . import discounts

__all__ = ["Cart", "discounts"]
