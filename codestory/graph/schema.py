"""The vocabulary of the graph: node labels, relationship types, and the constraints that writing relies on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codestory.exceptions import ConfigurationError

__all__ = [
    "BOOKKEEPING_LABELS",
    "NODE_LABELS",
    "RELATIONSHIP_TYPES",
    "constraint_statement",
    "quote",
    "validate_label",
    "validate_type",
]

NODE_LABELS: frozenset[str] = frozenset(
    {
        "Class",
        "Directory",
        "Documentation",
        "File",
        "Function",
        "Method",
        "Module",
        "Package",
        "Repository",
        "Section",
        "Summary",
    }
)
"""Labels of the built-in steps; every node has exactly one label, and ``id`` is unique in it."""

BOOKKEEPING_LABELS: frozenset[str] = frozenset({"Receipt", "Run", "StepState"})
"""Labels that tell how the graph came about. They are no part of its digest."""

RELATIONSHIP_TYPES: frozenset[str] = frozenset(
    {
        "CALLS",
        "CONTAINS",
        "DEFINES",
        "DEPENDS_ON",
        "DESCRIBES",
        "DOCUMENTED_BY",
        "IMPORTS",
        "INHERITS_FROM",
        "INSTANTIATES",
        "PRODUCED",
        "REFERENCES",
        "SUMMARIZED_BY",
    }
)
"""Types of the built-in steps. No type may share a name with a label: the embedded server keeps both in one space."""

_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*")
_TYPE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def validate_label(label: str) -> str:
    """``label`` if it can name nodes: CamelCase, and not the name of a type or of bookkeeping."""
    if not _LABEL.fullmatch(label) or label in RELATIONSHIP_TYPES:
        raise ConfigurationError(
            f"{label!r} cannot be a node label: labels are CamelCase words such as 'Function'.", label=label
        )
    if label in BOOKKEEPING_LABELS:
        raise ConfigurationError(f"The label {label!r} is reserved for bookkeeping; choose another one.", label=label)
    return label


def validate_type(name: str) -> str:
    """``name`` if it can be a relationship type: UPPER_CASE, and not the name of a label."""
    if not _TYPE.fullmatch(name) or name in NODE_LABELS:
        raise ConfigurationError(
            f"{name!r} cannot be a relationship type: types are UPPER_CASE words such as 'CALLS'.", type=name
        )
    return name


def quote(name: str) -> str:
    """``name`` as a Cypher identifier, whatever characters it has."""
    return "`" + name.replace("`", "``") + "`"


def constraint_statement(label: str) -> str:
    """Makes ``id`` unique in ``label``; nothing happens if it is already."""
    return f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{quote(label)}) REQUIRE n.id IS UNIQUE"


def all_labels(extra: Iterable[str] = ()) -> list[str]:
    """Every label that needs a constraint, in order."""
    return sorted(NODE_LABELS | BOOKKEEPING_LABELS | {validate_label(label) for label in extra})
