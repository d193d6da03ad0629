import sys

if sys.version_info >= (3, 0):

    def text():
        return modern()

else:

    def text():
        return ancient()


def modern():
    return 1


def ancient():
    return 2


text()
flag = True
if flag:

    class Chosen:
        def run(self):
            return modern()

else:
    Chosen = None

Chosen().run()
runner = modern if flag else ancient
runner()
