def level_one():
    def level_two():
        def level_three():
            return done

        return level_three

    return level_two


def done():
    return 1


level_one()()()()


def pair():
    return {"f": done, "g": other}


def other():
    return 2


pair()["g"]()


def chooser(flag):
    return done if flag else other


chooser(1)()
chooser(0)()


class Fluent:
    def a(self):
        return self

    def b(self):
        return self.a()

    def c(self):
        return done


Fluent().a().b().c()()
