class Account:
    def __init__(self, owner):
        self.owner = owner

    def fee(self):
        return 1


class Savings(Account):
    def __init__(self, owner):
        Account.__init__(self, owner)

    def fee(self):
        # Premium jumps over this one.
        return Account.fee(self) + 1


class Premium(Savings):
    def fee(self):
        return super(Savings, self).fee() * 10

    def title(self):
        return Plain.title(self)


class Plain:
    def title(self):
        return "owner " + self.owner


premium = Premium("ann")
assert premium.fee() == 10
assert premium.title() == "owner ann"
