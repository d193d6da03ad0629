def load(kind):
    if kind == "csv":
        from formats.csvish import split

        return split("a,b")
    import formats.tabbed as module

    return module.split("a\tb")


class Loader:
    def run(self):
        import formats.csvish

        return formats.csvish.count("a,b,c")


assert load("csv") == ["a", "b"]
assert load("tab") == ["a", "b"]
assert Loader().run() == 3
