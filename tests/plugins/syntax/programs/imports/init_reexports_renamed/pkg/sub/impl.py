__all__ = ["other"]


def _private():
    return other()


def other():
    return 2


class Impl:
    def work(self):
        return other()
