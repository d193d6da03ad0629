class Config:
    index = 0

def one():
    pass

def two():
    pass

[one, two][Config.index]()
