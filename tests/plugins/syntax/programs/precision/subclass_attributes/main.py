def base_handler():
    return 1


def child_handler():
    return 2


class Base:
    handler = staticmethod(base_handler)
    helper_class = dict

    def run(self):
        return self.handler()


class Child(Base):
    handler = staticmethod(child_handler)


Child().run()
Base.handler()
