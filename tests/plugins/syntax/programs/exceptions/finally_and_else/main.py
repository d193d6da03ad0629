log = []


def work(ok):
    if not ok:
        raise RuntimeError("no")
    log.append("work")


def recover():
    log.append("recover")


def celebrate():
    log.append("celebrate")


def release():
    log.append("release")


def session(ok):
    try:
        work(ok)
    except RuntimeError:
        recover()
    else:
        celebrate()
    finally:
        release()


session(True)
session(False)
assert log == ["work", "celebrate", "release", "recover", "release"]
