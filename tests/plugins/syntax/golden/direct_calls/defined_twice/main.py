import sys

if sys.platform == "win32":
    def work():
        pass
else:
    def work():
        pass

work()
