import state
from state import current, set_current


def new():
    return 1


set_current(new)
state.current()
current()
