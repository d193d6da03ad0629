def get_user():
    return "user"


def get_order():
    return "order"


def post_user():
    return "created user"


def post_order():
    return "created order"


ROUTES = {
    "GET": {"user": get_user, "order": get_order},
    "POST": {"user": post_user},
}
ROUTES["POST"]["order"] = post_order

assert ROUTES["GET"]["user"]() == "user"
assert ROUTES["POST"]["order"]() == "created order"
posts = ROUTES["POST"]
assert posts["user"]() == "created user"
