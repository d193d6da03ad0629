def money(x):
    return _format(x)

def _format(x):
    return f"{x:.2f}"
