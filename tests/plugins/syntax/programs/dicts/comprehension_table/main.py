def check_name(value):
    return bool(value)


def check_age(value):
    return value > 0


def check_mail(value):
    return "@" in value


def field(fn):
    return fn.__name__.removeprefix("check_")


CHECKS = {field(fn): fn for fn in (check_name, check_age, check_mail)}


def valid(form):
    return {key: CHECKS[key](value) for key, value in form.items()}


assert valid({"name": "x", "age": 0, "mail": "a@b"}) == {
    "name": True, "age": False, "mail": True}
