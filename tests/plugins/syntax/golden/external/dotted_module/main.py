import os.path

os.path.exists("x")
