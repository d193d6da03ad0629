def slow():
    pass

try:
    from missing_fast_library import quick as run
except ImportError:
    run = slow
run()
