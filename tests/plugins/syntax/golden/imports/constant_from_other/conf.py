from handlers import on_a, on_b

DEFAULT = "a"
HANDLERS = {"a": on_a, "b": on_b}
