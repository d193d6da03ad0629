class Task:
    def __init__(self, name, priority):
        self.name = name
        self.priority = priority

    def rank(self):
        return -self.priority


def by_name(task):
    return task.name


def by_rank(task):
    return task.rank()


tasks = [Task("b", 1), Task("a", 2), Task("c", 3)]
named = sorted(tasks, key=by_name)
assert named[0].name == "a"
tasks.sort(key=by_rank)
assert tasks[0].name == "c"
assert sorted(tasks, key=Task.rank, reverse=True)[0].name == "b"
