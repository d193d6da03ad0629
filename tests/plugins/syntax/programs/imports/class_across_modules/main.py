from base import Exporter as Root
import formats


class Html(formats.Markup):
    def wrap(self, text):
        return "<p>" + text + "</p>"


def export(exporter: Root, text):
    return exporter.export(text)


assert export(Html(), "a") == "<p>A</p>"
assert export(formats.Plain(), "b") == "b"
