from service import default

default.run()
