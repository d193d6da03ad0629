import re

WORD = re.compile("[a-z]+")


def upper(match):
    pass


def lower(match):
    pass


re.sub("[a-z]", upper, "text")
WORD.sub(lower, "text")
WORD.subn("", "text")
