import alpha
import beta

mods = {"a": alpha, "b": beta}
mods["a"].run()
