def attempt():
    pass

def recover():
    pass

def otherwise():
    pass

def cleanup():
    pass

try:
    attempt()
except ValueError:
    recover()
else:
    otherwise()
finally:
    cleanup()
