"""Which versions of names may be read where ways meet: after branches and loops, and where exceptions are caught."""

from __future__ import annotations

from collections.abc import Iterable, Set

from plugins.syntax.python.builder import Builder

__all__ = ["interrupted", "join", "join_all", "repeat", "run_again"]


def _merge(b: Builder, name: str, versions: Iterable[int]) -> None:
    """From here on, ``name`` is any of these versions."""
    distinct = tuple(dict.fromkeys(versions))
    merged = distinct[0]
    if len(distinct) > 1:
        merged = b.new()
        for version in distinct:
            b.flow(version, merged)
    b.frame.current[name] = merged


def join(b: Builder, other: dict[str, int]) -> None:
    """What comes next is reached from here and from where ``other`` were the current versions."""
    frame = b.frame
    current = frame.current
    if current == other:
        return
    for name in dict.fromkeys((*current, *other)):
        first = frame.variables[name]
        here, there = current.get(name, first), other.get(name, first)
        if here != there:
            _merge(b, name, (here, there))


def join_all(b: Builder, ways: list[dict[str, int]]) -> None:
    """What comes next is reached on these ways; on none of them if there are none."""
    frame = b.frame
    frame.leaves = not ways
    if ways:
        frame.current = dict(ways[0])
        for way in ways[1:]:
            join(b, way)


def interrupted(b: Builder, before: dict[str, int], mark: int) -> dict[str, int]:
    """The versions where an exception arrives that was raised anywhere since ``before``, when ``log`` had ``mark``
    entries."""
    frame = b.frame
    changed: dict[str, list[int]] = {}
    for name, version in frame.log[mark:]:
        changed.setdefault(name, [before.get(name, frame.variables[name])]).append(version)
    if not changed:
        return before
    here, frame.current = frame.current, dict(before)
    for name, versions in changed.items():
        _merge(b, name, versions)
    arriving, frame.current = frame.current, here
    return arriving


def repeat(b: Builder, names: Set[str]) -> None:
    """A loop begins that assigns to ``names``: what it assigns is read when it is run again, but not before it."""
    frame = b.frame
    if frame.is_class:
        return
    for name in sorted(names & frame.bound - b.shared):
        merged = b.new()
        b.flow(frame.current.get(name, frame.variables[name]), merged)
        frame.current[name] = merged
        frame.assigned.setdefault(name, [frame.variables[name]])


def run_again(b: Builder, start: dict[str, int], end: dict[str, int], targets: Set[str]) -> None:
    """A loop that began with the versions ``start`` is run again after ``end``; its targets are assigned anew."""
    variables = b.frame.variables
    for name, version in end.items():
        if name not in targets:
            b.flow(version, start.get(name, variables[name]))
