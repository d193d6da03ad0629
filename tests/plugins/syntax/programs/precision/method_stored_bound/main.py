class Light:
    def on(self):
        return 1

    def off(self):
        return 2


class Fan:
    def on(self):
        return 3


switch = Light().on
switch()
unbound = Light.off
unbound(Light())
actions = {"fan": Fan().on}
actions["fan"]()
