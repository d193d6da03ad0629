trace = []


class Timeout(Exception):
    def tag(self, layer):
        trace.append(layer)


def driver():
    raise Timeout()


def repository():
    try:
        driver()
    except Timeout as t:
        t.tag("repository")
        raise


def service():
    try:
        return repository()
    finally:
        closing()


def closing():
    trace.append("close")


try:
    service()
except Timeout as final:
    final.tag("main")
assert trace == ["repository", "close", "main"]
