def helper():
    return _detail()


def _detail():
    return "extras helper"
