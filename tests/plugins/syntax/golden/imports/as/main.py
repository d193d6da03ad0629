import tools as t
from tools import work as w

t.work()
w()
