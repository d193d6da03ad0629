class Base:
    def run(self):
        pass


def work():
    class Local(Base):
        pass

    Local().run()


work()
