from registry import command, run


@command("add")
def add_item(items, value):
    items.append(value)


@command("drop")
def drop_item(items, value):
    items.remove(value)


@command("clear")
def clear_items(items, value):
    items.clear()


def main():
    items = []
    run("add", items, 1)
    run("add", items, 2)
    run("drop", items, 1)
    assert items == [2]
    drop_item(items, 2)
    assert items == []


if __name__ == "__main__":
    main()
