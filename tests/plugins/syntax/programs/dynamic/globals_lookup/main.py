def task_build():
    return "built"


def task_test():
    return "tested"


def task_publish():
    return "published"


def run(name):
    return globals()["task_" + name]()


def run_fixed():
    return globals()["task_build"]()


assert run_fixed() == "built"
assert [run(n) for n in ("build", "test")] == ["built", "tested"]


def install(name):
    def generated():
        return "generated " + name
    globals()[name] = generated


install("late")
assert late() == "generated late"
