try:
    import missing_mod_x
    HAVE = True
except ImportError:
    missing_mod_x = None
    HAVE = False

def run():
    if HAVE:
        return missing_mod_x.fast()
    return slow()

def slow():
    pass

run()
