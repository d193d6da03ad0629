import base
from base import Exporter


class Markup(base.Exporter):
    def prepare(self, text):
        return shout(text)

    def wrap(self, text):
        # Overridden in main.Html, no direct Markup instance exists.
        return "*" + text + "*"


class Plain(Exporter):
    pass


def shout(text):
    return text.upper()
