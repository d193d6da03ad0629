"""Small Python projects as rows of the graph: what the filesystem and syntax steps would say about them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows

__all__ = ["SHOP", "code_units", "folder_units", "folders"]

SHOP = {
    "README.md": "# Shop\n\n[![build](x.svg)](y)\n\nA web shop that **never** sells twice. See `docs`.\n",
    "shop/__init__.py": '"""Everything that the shop needs."""\n',
    "shop/money.py": '''"""Amounts of money."""


def parse(text):
    """Return the amount in cents, e.g. 1250 for "12.50". Raises ValueError."""
    return int(float(text) * 100)


def render(cents):
    return f"{cents / 100:.2f}"
''',
    "shop/orders.py": '''"""Orders and their totals.

Longer text that no summary shows.
"""

from shop import money


class Order:
    """An order of one customer."""

    def add(self, price):
        """Add a line; the price is text."""
        self.lines.append(money.parse(price))

    def total(self):
        return money.render(sum(self.lines))

    def _reset(self):
        self.lines = []


class RushOrder(Order):
    def total(self):
        """The total with the surcharge."""
        return super().total()
''',
    "tests/test_orders.py": """from shop.orders import Order


def test_total():
    order = Order()
    order.add("1.00")
    assert order.total() == "1.00"
""",
    "tools/even.py": """def is_even(n):
    return n == 0 or is_odd(n - 1)


def is_odd(n):
    return n != 0 and is_even(n - 1)
""",
}


def folders(files: Mapping[str, str]) -> set[str]:
    """All folders of the paths, without the root."""
    found: set[str] = set()
    for path in files:
        while path := path.rpartition("/")[0]:
            found.add(path)
    return found


def folder_units(repository: str, files: Mapping[str, str]) -> dict[str, UnitRows]:
    """Repository, Directory and File nodes."""

    def place(path: str) -> tuple[str, str]:
        return ("Directory", f"{repository}:{path}") if path else ("Repository", repository)

    root = NodeRow("Repository", repository, {"name": repository, "path": ""})
    units = {"@repository": UnitRows([root], [])}
    for path in sorted({*files, *folders(files)}):
        label = "File" if path in files else "Directory"
        node = NodeRow(label, f"{repository}:{path}", {"name": path.rpartition("/")[2], "path": path})
        edge = EdgeRow("CONTAINS", *place(path.rpartition("/")[0]), label, node.id, {}, False)
        units[path] = UnitRows([node], [edge])
    return units


def code_units(repository: str, files: Mapping[str, str]) -> dict[str, UnitRows]:
    """Module, Class, Method and Function nodes; calls are resolved by name alone, which these projects allow."""
    found = {path: list(_definitions(repository, path, text)) for path, text in files.items() if path.endswith(".py")}
    by_name: dict[str, tuple[str, str]] = {}
    for definitions in found.values():
        for _, node, _, _ in definitions:
            by_name.setdefault(node.properties["name"], (node.label, node.id))
    return {path: _rows(repository, path, files[path], definitions, by_name) for path, definitions in found.items()}


type _Definition = tuple[ast.AST, NodeRow, str, tuple[str, str]]


def _definitions(repository: str, path: str, text: str) -> Iterator[_Definition]:
    def visit(body: list[ast.stmt], prefix: str, parent: tuple[str, str]) -> Iterator[_Definition]:
        for part in body:
            if not isinstance(part, ast.FunctionDef | ast.ClassDef):
                continue
            label = "Class" if isinstance(part, ast.ClassDef) else "Method" if parent[0] == "Class" else "Function"
            ident = f"{repository}:{path}#{prefix}{part.name}"
            properties: dict[str, Any] = {
                "name": part.name,
                "qualified_name": f"{prefix}{part.name}",
                "language": "python",
                "docstring": ast.get_docstring(part),
                "signature": text.splitlines()[part.lineno - 1].strip().removesuffix(":"),
                "start_line": part.lineno,
                "end_line": part.end_lineno,
            }
            yield part, NodeRow(label, ident, properties), "CONTAINS" if parent[0] == "Class" else "DEFINES", parent
            yield from visit(part.body, f"{prefix}{part.name}.", (label, ident))

    tree = ast.parse(text)
    module = f"{repository}:{path}#"
    name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    properties = {
        "name": name.rpartition(".")[2],
        "qualified_name": name,
        "language": "python",
        "docstring": ast.get_docstring(tree),
        "start_line": 1,
        "end_line": max(1, text.count("\n")),
    }
    yield tree, NodeRow("Module", module, properties), "DEFINES", ("File", module.removesuffix("#"))
    yield from visit(tree.body, "", ("Module", module))


def _rows(
    repository: str,
    path: str,
    text: str,
    definitions: list[_Definition],
    by_name: Mapping[str, tuple[str, str]],
) -> UnitRows:
    edges: list[EdgeRow] = []
    how = {"confidence": 1.0, "resolution": "name"}
    for tree, node, kind, parent in definitions:
        edges.append(EdgeRow(kind, *parent, node.label, node.id, {}, parent[0] != "File"))
        if isinstance(tree, ast.ClassDef):
            bases = [by_name[base.id] for base in tree.bases if isinstance(base, ast.Name) and base.id in by_name]
            edges += [EdgeRow("INHERITS_FROM", node.label, node.id, *base, how, False) for base in bases]
        if not isinstance(tree, ast.FunctionDef):
            continue
        calls: Counter[tuple[str, tuple[str, str]]] = Counter()
        for part in ast.walk(tree):
            if isinstance(part, ast.Call):
                called = part.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                target = by_name.get(name, ("Package", f"{repository}:@package/builtins.{name}"))
                calls["INSTANTIATES" if target[0] == "Class" else "CALLS", target] += 1
        for (type, target), times in calls.items():
            if target[1] != node.id:
                edges.append(EdgeRow(type, node.label, node.id, *target, how | {"count": times}, False))
    for part in ast.parse(text).body:
        if isinstance(part, ast.ImportFrom) and part.module:
            names = [f"{part.module}.{alias.name}" for alias in part.names]
            for name in [*names, part.module]:
                target = by_name.get(name.rpartition(".")[2])
                if target is not None and target[0] == "Module":
                    module = f"{repository}:{path}#"
                    edges.append(EdgeRow("IMPORTS", "Module", module, *target, how, False))
                    break
    return UnitRows([node for _, node, _, _ in definitions], edges)
