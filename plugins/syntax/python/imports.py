"""Reads import statements."""

from __future__ import annotations

import ast

from plugins.syntax.python.builder import Builder
from plugins.syntax.python.ir import ImportKind

__all__ = ["import_from", "import_names"]


def import_names(b: Builder, node: ast.Import) -> None:
    """``import a.b`` and ``import a.b as c``."""
    source = b.frame.source
    for alias in node.names:
        if alias.asname:
            entry = (ImportKind.MODULE, node.lineno, source, 0, alias.name, "", b.bind(alias.asname))
        else:
            variable = b.bind(alias.name.partition(".")[0])
            entry = (ImportKind.TOP, node.lineno, source, 0, alias.name, "", variable)
        b.imports.append(entry)


def import_from(b: Builder, node: ast.ImportFrom) -> None:
    """``from a import b``, with any number of leading dots."""
    source = b.frame.source
    module = node.module or ""
    for alias in node.names:
        if alias.name == "*":
            if node.col_offset == 0:
                _cover(b)
            entry = (ImportKind.STAR, node.lineno, source, node.level, module, "*", int(node.col_offset > 0))
        else:
            variable = b.bind(alias.asname or alias.name)
            entry = (ImportKind.NAME, node.lineno, source, node.level, module, alias.name, variable)
        b.imports.append(entry)


def _cover(b: Builder) -> None:
    """``import *`` may give names that are bound already another meaning."""
    module = b.module
    for name in [name for name in module.variables if name in module.bound and name not in b.shared]:
        before = b.read(name)
        after = b.bind(name)
        b.flows += (before, after)
        b.covered.append((len(b.imports), name, before, after))
