import sys

if sys.version_info > (3, 0):
    def f():
        modern()
else:
    def f():
        legacy()

def modern():
    pass

def legacy():
    pass

f()
