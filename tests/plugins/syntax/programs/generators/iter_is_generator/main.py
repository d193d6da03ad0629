def clean(entry):
    return entry.strip()


class Inventory:
    def __init__(self, entries):
        self._entries = entries

    def __iter__(self):
        for entry in self._entries:
            yield clean(entry)

    def __len__(self):
        return len(self._entries)


class Filtered(Inventory):
    def __iter__(self):
        for entry in super().__iter__():
            if self.accepts(entry):
                yield entry

    def accepts(self, entry):
        return entry.startswith("a")


first, *rest = Filtered([" ant", "bee ", "ape"])
assert first == "ant" and rest == ["ape"]
assert len(Inventory([])) == 0
