def on_value(e):
    pass

def on_key(e):
    pass

HANDLERS = {ValueError: on_value, KeyError: on_key}

try:
    raise ValueError("x")
except (ValueError, KeyError) as e:
    HANDLERS[type(e)](e)
