import handlers


def dispatch(name):
    return getattr(handlers, "handle_" + name)()


dispatch("get")
dispatch("post")
vars(handlers)["handle_get"]()
handlers.__dict__["handle_post"]()
