def level_one():
    def level_two():
        def level_three():
            return bottom()

        return level_three

    return level_two


def bottom():
    return "deep"


def select(name):
    return {"up": up, "down": down}[name]


def up():
    return step_up


def down():
    # Not selected.
    return step_up


def step_up(n):
    return n + 1


assert level_one()()() == "deep"
assert select("up")()(1) == 2
partial_way = level_one()
assert partial_way()() == "deep"
