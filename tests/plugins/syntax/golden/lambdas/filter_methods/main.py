class U:
    def active(self):
        return True

    def name(self):
        pass

users = [U()]
for u in filter(lambda u: u.active(), users):
    u.name()
