TASKS = []

def task(f):
    TASKS.append(f)
    return f

@task
def one():
    pass

@task
def two():
    pass

def run_all():
    for t in TASKS:
        t()

run_all()
