import re

p = re.compile("x")
p.match("x")
