class Null:
    def act(self):
        return 0


class Real:
    def act(self):
        return 1

    def more(self):
        return 2


def find(flag):
    result = Null()
    if not flag:
        return result
    result = Real()
    result.more()
    return result


find(True).act()
find(False).act()


def process(flag):
    value = Null()
    while flag:
        value = Real()
        flag = False
    return value.act()


process(True)
process(False)
