class Account:
    def __init__(self, balance):
        self._balance = balance

    @property
    def balance(self):
        return self._rounded()

    @balance.setter
    def balance(self, value):
        self._check(value)
        self._balance = value

    @balance.deleter
    def balance(self):
        self._balance = 0

    def _check(self, value):
        if value < 0:
            raise ValueError(value)

    def _rounded(self):
        return round(self._balance)

    def get_owner(self):
        return "me"

    owner = property(get_owner)


acct = Account(1.4)
assert acct.balance == 1
acct.balance = 7
del acct.balance
assert acct.balance == 0 and acct.owner == "me"
