import lib

getattr(lib, "run")()
