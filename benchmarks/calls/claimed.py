"""What the syntax step, and the peer, say is called in a folder."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.calls.observed import Place
from benchmarks.ingest.peer import run_peer
from plugins.syntax.analyzer import Project
from plugins.syntax.python import ANALYZER

__all__ = ["Claimed", "claimed_by_peer", "claimed_by_syntax"]


@dataclass
class Claimed:
    """Calls between functions of the folder, each with its lines."""

    calls: dict[tuple[Place, Place], set[int]] = field(default_factory=dict[tuple[Place, Place], set[int]])
    functions: set[Place] = field(default_factory=set[Place])
    classes: set[Place] = field(default_factory=set[Place])
    instantiated: set[tuple[Place, Place]] = field(default_factory=set[tuple[Place, Place]])

    def has(self, caller: Place, callee: Place) -> bool:
        """Whether the call is claimed; whoever instantiates a class calls its constructor."""
        owner, _, name = callee.names.rpartition(".")
        made = name in ("__init__", "__new__") and (caller, Place(callee.path, owner)) in self.instantiated
        return made or (caller, callee) in self.calls

    def around(self, place: Place) -> Place:
        """The module or function that runs when the body of a class does."""
        while place in self.classes:
            place = Place(place.path, place.names.rpartition(".")[0])
        return place


def claimed_by_syntax(root: Path) -> Claimed:
    """What Code Story finds."""
    sources = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    claimed = Claimed()
    for found in ANALYZER.resolve(Project("r", frozenset(sources)), facts):
        for node in found.rows.nodes:
            if node.label != "Package":
                (claimed.classes if node.label == "Class" else claimed.functions).add(_place(node.id))
        for edge in found.rows.edges:
            if edge.target_label == "Package":
                continue
            pair = (_place(edge.source), _place(edge.target))
            if edge.type == "CALLS":
                claimed.calls[pair] = set(edge.properties["lines"])
            elif edge.type == "INSTANTIATES":
                claimed.instantiated.add(pair)
    return claimed


def _place(identity: str) -> Place:
    path, _, names = identity.removeprefix("r:").partition("#")
    return Place(path, names)


def claimed_by_peer(root: Path) -> Claimed | None:
    """What the peer finds; ``None`` where it cannot be installed."""
    if run_peer(root) is None:
        return None
    claimed = Claimed()
    with sqlite3.connect(root / ".codegraph" / "codegraph.db") as database:
        places: dict[str, Place] = {}
        for ident, kind, name, path in database.execute("SELECT id, kind, qualified_name, file_path FROM nodes"):
            place = places[ident] = Place(path, "" if kind == "file" else name.replace("::", "."))
            (claimed.classes if kind == "class" else claimed.functions).add(place)
        calls = database.execute("SELECT source, target, kind, line FROM edges WHERE kind IN ('calls', 'instantiates')")
        for source, target, kind, line in calls:
            pair = (places[source], places[target])
            if kind == "instantiates" or pair[1] in claimed.classes:
                claimed.instantiated.add(pair)
            else:
                claimed.calls.setdefault(pair, set()).add(line)
    database.close()
    return claimed
