from pkg import api
import pkg.core as core


def main():
    api.start()
    core.Engine().start()
    api.core.Engine.create().stop()


main()
