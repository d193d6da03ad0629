import core
import plug_a
import plug_b

core.run("a")
core.run("b")
