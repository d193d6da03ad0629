import pkg
p = pkg
q = p.sub
q.run()
