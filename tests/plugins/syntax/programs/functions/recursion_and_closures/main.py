def counter():
    count = 0

    def increase():
        nonlocal count
        count += step()
        return count

    def reset():
        nonlocal count
        count = 0

    return increase, reset


def step():
    return 1


increase, reset = counter()
increase()
reset()


def walk(tree, visit):
    visit(tree)
    for child in tree[1:]:
        walk(child, visit)


def show(tree):
    return tree[0]


walk([1, [2], [3]], show)
