import a.b
import a.b.c

a.b.one()
a.b.c.two()
