def run(*steps):
    results = []
    for step in steps:
        results.append(step())
    return results


def run_first(first, *others):
    # 'others' is not used at all.
    return first()


def wash():
    return "wash"


def rinse():
    return "rinse"


def dry():
    return "dry"


def iron():
    return "iron"


programme = [wash, rinse]
assert run(*programme, dry) == ["wash", "rinse", "dry"]
assert run_first(*[dry, iron]) == "dry"
