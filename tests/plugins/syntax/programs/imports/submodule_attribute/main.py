import engine
import engine.parts.wheel


def spin():
    # A namesake of wheel.spin that stays uncalled.
    return "local"


wheel = engine.parts.wheel
turn = wheel.spin
assert turn(2) == 4
assert engine.start() == "on"
assert engine.parts.count() == 1
