class QuotaError(Exception):
    def __init__(self, used, limit):
        super().__init__("quota")
        self.used = used
        self.limit = limit

    def excess(self):
        return self.used - self.limit

    def advice(self):
        return "buy more"


def consume(amount):
    if amount > 10:
        raise QuotaError(amount, 10)
    return amount


def attempt(amount):
    try:
        return consume(amount)
    except QuotaError as err:
        return -err.excess()


assert attempt(3) == 3
assert attempt(14) == -4
