import os

if os.name == "nothing":
    from windows import beep
else:
    from unix import beep

try:
    import missing_module_xyz as fast
except ImportError:
    fast = None
    import unix as fast

beep()
fast.clear()
