"""Calls as a compiler resolves them beside those that the syntax step claims, by the places of definitions.

A definition is known by its file and the line it begins on, as ``start_line`` of its node says: that of a method or
function of its own, so that modifiers count and what stands around it (``export``, a variable) does not. Creating an
object calls its class, whichever constructor runs, and so does one constructor that calls another: a constructor is a
caller of its own, but never a target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from codestory.graph.rows import EdgeRow, NodeRow
from plugins.syntax.analyzer import Project
from plugins.syntax.registry import analyzers

__all__ = ["Call", "Claimed", "Place", "Resolved", "Score", "claimed_by_rows", "claimed_calls", "compare"]

type Place = tuple[str, int]
"""A path relative to the root of the repository, and the line of a definition from 1; 0 is the module level."""

_MANIFESTS = (".json", ".mod", ".work", ".xml", ".gradle", ".kts")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Call:
    """A call from one definition to another one."""

    caller: Place
    target: Place


@dataclass(frozen=True)
class Resolved:
    """What a compiler says.

    ``files`` are those that it has seen. ``enclosing`` leads from definitions (also from nameless functions, which may
    be callers here) to those around them. ``unknown`` are lines with a call of which the compiler itself does not know
    what it means, such as one of a value of any type: what is claimed of these lines alone is not judged. ``possible``
    are calls that are right to claim and not wrong to miss, such as an override of what the compiler resolved. ``same``
    leads from definitions to others that they count as: the parts of a class to the first one, an override to the
    method that was virtual first, where compiled code says no more. ``left_out`` are lines which conditions keep from
    being compiled: neither calls there nor calls of what is defined there are judged.
    """

    calls: AbstractSet[Call]
    files: AbstractSet[str]
    enclosing: Mapping[Place, Place] = field(default_factory=dict[Place, Place])
    unknown: AbstractSet[tuple[str, int]] = frozenset()
    possible: AbstractSet[Call] = frozenset()
    same: Mapping[Place, Place] = field(default_factory=dict[Place, Place])
    left_out: AbstractSet[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class Claimed:
    """What the step says: calls, each with the lines it stands on, and all definitions."""

    calls: Mapping[Call, AbstractSet[int]]
    definitions: AbstractSet[Place]


@dataclass(frozen=True)
class Score:
    """How well what is claimed fits what was resolved; the parts are ``None`` where there is nothing to count."""

    resolved: int
    judged: int
    missing: list[Call]
    invented: list[Call]

    @property
    def recall(self) -> float | None:
        """The part of the compiler's calls that is claimed."""
        return 1 - len(self.missing) / self.resolved if self.resolved else None

    @property
    def precision(self) -> float | None:
        """The part of the claimed calls that the compiler confirms."""
        return 1 - len(self.invented) / self.judged if self.judged else None


def compare(resolved: Resolved, claimed: Claimed) -> Score:
    """Recall over all calls into the repository that the compiler resolves, precision over the claimed calls whose
    caller it has seen."""
    real = {_counted(call, resolved, claimed) for call in resolved.calls}
    possible = {_counted(call, resolved, claimed) for call in resolved.possible}
    claims: dict[Call, set[int]] = {}
    for call, lines in claimed.calls.items():
        claims.setdefault(_united(call, resolved), set()).update(lines)
    judged = {call for call, lines in claims.items() if call in real or _is_judged(call, lines, resolved)}
    return Score(
        resolved=len(real),
        judged=len(judged),
        missing=_ordered(real - claims.keys()),
        invented=_ordered(judged - real - possible),
    )


def _is_judged(call: Call, lines: Iterable[int], resolved: Resolved) -> bool:
    path = call.caller[0]
    passed_over = (resolved.unknown, resolved.left_out)
    if path not in resolved.files or call.target in resolved.left_out:
        return False
    return not all(any((path, line) in known for known in passed_over) for line in lines)


def _counted(call: Call, resolved: Resolved, claimed: Claimed) -> Call:
    return _united(Call(_named(call.caller, resolved, claimed), call.target), resolved)


def _united(call: Call, resolved: Resolved) -> Call:
    return Call(call.caller, resolved.same.get(call.target, call.target))


def _named(place: Place, resolved: Resolved, claimed: Claimed) -> Place:
    """The nearest definition around a place that the step has a node for."""
    path = place[0]
    while place[1] and place not in claimed.definitions:
        place = resolved.enclosing.get(place, (path, 0))
    return place


def _ordered(calls: Iterable[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: (call.caller, call.target))


def claimed_calls(folder: Path, languages: Iterable[str]) -> Claimed:
    """What the step finds in the files of these languages below ``folder``."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    manifests = {
        name: path.read_bytes()
        for name, path in paths.items()
        if name.endswith(_MANIFESTS) and path.stat().st_size <= _MAX_BYTES
    }
    project = Project("r", paths.keys(), manifests)
    nodes: list[NodeRow] = []
    edges: list[EdgeRow] = []
    for analyzer in analyzers(languages):
        facts = {
            name: analyzer.extract(name, path.read_bytes()) for name, path in paths.items() if analyzer.handles(name)
        }
        for found in analyzer.resolve(project, facts):
            nodes += found.rows.nodes
            edges += found.rows.edges
    return claimed_by_rows(nodes, edges)


def claimed_by_rows(nodes: Iterable[NodeRow], edges: Iterable[EdgeRow]) -> Claimed:
    """The calls and instantiations between the definitions of these rows."""
    edges = list(edges)
    holders = {edge.target: edge.source for edge in edges if edge.type in ("CONTAINS", "DEFINES")}
    places: dict[str, Place] = {}
    kinds: dict[str, str] = {}
    for node in nodes:
        if node.label != "Package":
            kinds[node.id] = node.properties["kind"]
            line = 0 if node.label == "Module" else node.properties["start_line"]
            places[node.id] = (node.properties["path"], line)
    calls: dict[Call, set[int]] = {}
    for edge in edges:
        if edge.type not in ("CALLS", "INSTANTIATES") or edge.target not in places:
            continue
        # The class that is created stands there already, in a relationship of its own.
        if edge.properties["resolution"] == "constructor":
            continue
        target = holders[edge.target] if kinds[edge.target] == "constructor" else edge.target
        calls.setdefault(Call(places[edge.source], places[target]), set()).update(edge.properties["lines"])
    return Claimed(calls, frozenset(places.values()))
