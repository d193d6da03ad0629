import paint
from paint import Brush, mix

assert mix("r", "b") == "r+b"
assert paint.dip(Brush("small"), "red") == "small in red"
assert paint.tools.make().describe() == "default"
