def run():
    import tools
    from tools import cut as slice_it

    tools.saw()
    return slice_it()


def other():
    import tools as t

    return t.saw()


class Worker:
    import tools

    def work(self):
        return self.tools.saw()


run()
other()
Worker().work()
