__all__ = ["tools"]
