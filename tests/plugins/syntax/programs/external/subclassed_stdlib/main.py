import ast
import json
from collections import UserDict
from html.parser import HTMLParser


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.remember(tag)

    def remember(self, tag):
        self.found.append(tag)

    def handle_comment(self, data):
        # The input has no comments.
        self.remember("comment")


class Names(ast.NodeVisitor):
    def visit_Name(self, node):
        seen.append(node.id)
        self.generic_visit(node)


class Encoder(json.JSONEncoder):
    def default(self, o):
        return sorted(o)


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


seen = []
links = Links()
links.feed("<a><b></b></a>")
Names().visit(ast.parse("x + y"))
assert links.found == ["a", "b"] and seen == ["x", "y"]
assert json.dumps({2, 1}, cls=Encoder) == "[1, 2]"
assert Upper(a=1)["A"] == 1
