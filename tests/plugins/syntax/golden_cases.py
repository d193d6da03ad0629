"""Reads the golden projects: small programs with the calls and instantiations that really happen in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plugins.syntax.analyzer import Project
from plugins.syntax.python import ANALYZER

__all__ = ["GOLDEN", "Case", "cases", "found_edges"]

GOLDEN = Path(__file__).parent / "golden"
_TYPES = {"->": "CALLS", "=>": "INSTANTIATES"}
type Edge = tuple[str, str, str]
"""Type, caller, callee; both by qualified name."""


@dataclass(frozen=True)
class Case:
    """One project: ``construct/name``, its sources by path, and the expected edges."""

    name: str
    sources: dict[str, bytes]
    expected: frozenset[Edge]


def _expected(text: str) -> frozenset[Edge]:
    edges: set[Edge] = set()
    for line in text.splitlines():
        caller, arrow, *callees = line.split()
        edges.update((_TYPES[arrow], caller, callee) for callee in callees)
    return frozenset(edges)


def cases() -> list[Case]:
    """All golden projects, by name."""
    found: list[Case] = []
    for expected in sorted(GOLDEN.glob("*/*/expected.txt")):
        folder = expected.parent
        sources = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}
        found.append(Case(str(folder.relative_to(GOLDEN)), sources, _expected(expected.read_text())))
    return found


def _qualified(identity: str) -> str:
    """``pkg/mod.py#A.run`` as ``pkg.mod.A.run``; external names as they are."""
    identity = identity.removeprefix("r:")
    if identity.startswith("@package/"):
        return identity.removeprefix("@package/")
    path, _, qualified = identity.partition("#")
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{qualified}" if qualified else module


def found_edges(sources: dict[str, bytes]) -> frozenset[Edge]:
    """The calls and instantiations that the analyzer finds in a project."""
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    edges: set[Edge] = set()
    for resolution in ANALYZER.resolve(Project("r", frozenset(sources)), facts):
        for edge in resolution.rows.edges:
            if edge.type in ("CALLS", "INSTANTIATES"):
                edges.add((edge.type, _qualified(edge.source), _qualified(edge.target)))
    return frozenset(edges)
