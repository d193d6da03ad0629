class Low(Exception):
    def reason(self):
        pass


class High(Exception):
    pass


def fail():
    try:
        raise Low()
    except Low as low:
        raise High() from low


try:
    fail()
except High as high:
    high.__cause__.reason()
