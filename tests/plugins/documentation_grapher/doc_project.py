"""A small in-memory repository: files in, links out, with symbols read by Python's own ``ast``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from codestory.graph.rows import UnitRows
from plugins.documentation_grapher.docstrings import parse_docstring
from plugins.documentation_grapher.facts import DocumentFacts
from plugins.documentation_grapher.finder import document_kind, parse_document
from plugins.documentation_grapher.inventory import Inventory
from plugins.documentation_grapher.module_names import ModuleNames
from plugins.documentation_grapher.resolve import Resolver
from plugins.documentation_grapher.rows import docstring_rows, document_rows
from plugins.documentation_grapher.symbols import Symbol, SymbolFacts, SymbolTable

type Edge = tuple[str, str, str, str]
"""(source, type, target, resolution), ids without the repository."""


def folders(files: Mapping[str, object]) -> set[str]:
    """All folders above the files, the root included."""
    found = {""}
    for path in files:
        parts = path.split("/")[:-1]
        found.update("/".join(parts[: n + 1]) for n in range(len(parts)))
    return found


class Project:
    """Files by path; everything derived from them is computed on first use."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)

    @cached_property
    def documents(self) -> dict[str, DocumentFacts]:
        return {path: parse_document(path, text.encode()) for path, text in self.files.items() if document_kind(path)}

    @cached_property
    def symbols(self) -> list[tuple[Symbol, str, list[str]]]:
        """(symbol, docstring, names of base classes)."""
        found: dict[str, tuple[Symbol, str, list[str]]] = {}
        for path, text in self.files.items():
            if path.endswith(".py"):
                for symbol, docstring, bases in python_symbols(path, text):
                    found.setdefault(symbol.id, (symbol, docstring, bases))
        return list(found.values())

    @cached_property
    def resolver(self) -> Resolver:
        classes = {s.name: s.id for s, _, _ in self.symbols if s.label == "Class"}
        bases = {s.id: [classes[b] for b in names if b in classes] for s, _, names in self.symbols if names}
        exports = {
            f"r:{path}#": [(name, classes[name]) for name in imported_names(text) if name in classes]
            for path, text in self.files.items()
            if path.endswith(".py")
        }
        table = SymbolTable(SymbolFacts([s for s, _, _ in self.symbols], bases), self.files.keys())
        table.add_exports(exports)
        return Resolver("r", table, Inventory(self.documents, self.files.keys(), folders(self.files)))

    def rows(self, path: str) -> tuple[UnitRows, Counter[str]]:
        kind = document_kind(path)
        assert kind is not None
        return document_rows(self.resolver, path, kind, self.documents[path])

    def links(self, path: str) -> set[Edge]:
        """The relationships of a document that were found by reference."""
        return edges(self.rows(path)[0])

    def docstring_links(self, path: str) -> tuple[UnitRows, set[Edge]]:
        parsed = [
            (symbol, docstring)
            for symbol, text, _ in self.symbols
            if symbol.path == path
            and text
            and (
                docstring := parse_docstring(
                    text,
                    module=ModuleNames(self.files.keys()).module(path),
                    owner=symbol.name if symbol.label == "Class" else symbol.name.rpartition(".")[0],
                )
            )
        ]
        rows, _ = docstring_rows(self.resolver, path, parsed)
        return rows, edges(rows)


def imported_names(text: str) -> list[str]:
    """Names that a module imports from modules of its own package."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom) and node.level]
    return [alias.asname or alias.name for node in nodes for alias in node.names]


def edges(rows: UnitRows) -> set[Edge]:
    return {
        (edge.source.removeprefix("r:"), edge.type, edge.target.removeprefix("r:"), edge.properties["resolution"])
        for edge in rows.edges
        if "resolution" in edge.properties
    }


def python_symbols(path: str, text: str) -> Iterator[tuple[Symbol, str, list[str]]]:
    tree = ast.parse(text)
    yield Symbol("Module", f"r:{path}#", path, ""), ast.get_docstring(tree, clean=False) or "", []

    def walk(nodes: list[ast.stmt], prefix: str, in_class: bool) -> Iterator[tuple[Symbol, str, list[str]]]:
        for node in nodes:
            if isinstance(node, ast.If | ast.Try):
                yield from walk(node.body, prefix, in_class)
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            name = prefix + node.name
            label = "Class" if isinstance(node, ast.ClassDef) else "Method" if in_class else "Function"
            bases = [b.id for b in node.bases if isinstance(b, ast.Name)] if isinstance(node, ast.ClassDef) else []
            yield Symbol(label, f"r:{path}#{name}", path, name), ast.get_docstring(node, clean=False) or "", bases
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, name + ".", True)

    yield from walk(tree.body, "", False)
