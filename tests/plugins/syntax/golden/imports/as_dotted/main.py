import a.b.c as d

d.run()
