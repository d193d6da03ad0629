def check():
    raise ValueError("no")
