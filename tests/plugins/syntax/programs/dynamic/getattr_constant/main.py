class Printer:
    def draft(self):
        return "draft"

    def final(self):
        return self.draft() + " final"

    def shred(self):
        return "shred"


def fallback():
    return "fallback"


p = Printer()
assert getattr(p, "final")() == "draft final"
run = getattr(p, "fax", fallback)
assert run() == "fallback"
method = getattr(Printer, "draft")
assert method(p) == "draft"
