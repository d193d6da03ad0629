from .impl import visible, hidden

__all__ = ["visible"]
