import pkg.__main__
