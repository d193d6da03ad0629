CONF = {
    "jobs": [
        {"name": "a", "call": lambda: one()},
        {"name": "b", "call": two} if False else {"name": "c", "call": lambda: three()},
    ]
} if True else {}

def one():
    pass

def three():
    pass

two = None

for job in CONF["jobs"]:
    job["call"]()
