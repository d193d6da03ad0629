import pkg.sub as s

s.work()
