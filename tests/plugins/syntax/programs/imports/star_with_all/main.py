from toolkit import *


def secret():
    return "main secret"


def helper():
    # Replaced by the second star import below.
    return "main helper"


from extras import *

assert build() == "built"
assert secret() == "main secret"
assert helper() == "extras helper"
