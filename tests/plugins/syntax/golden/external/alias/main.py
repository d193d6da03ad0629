import collections as c

d = c.OrderedDict()
d.move_to_end
