import models


def make(kind):
    cls = getattr(models, kind)
    return cls()


make("Cat").speak()
models.Dog().speak()
