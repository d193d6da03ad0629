def task_a():
    return 1


def task_b():
    return 2


def main():
    globals()["task_a"]()
    for name in ("a", "b"):
        globals()[f"task_{name}"]()


main()
