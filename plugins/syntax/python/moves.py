"""An edit that moves code and does not change it: comments, docstrings, blank lines.

If the facts of a file are the same before and after but for line numbers and docstrings, and if lines kept their
order, the program is the same one, and resolving it again would find the same calls. Then only the lines of the
file's own nodes and relationships differ.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import msgspec

from codestory.graph.rows import EdgeRow, UnitRows
from plugins.syntax.python.ir import WIDTH, FileFacts, Op, integers
from plugins.syntax.python.nodes import file_nodes

__all__ = ["moved_rows"]

_LINE_OPERANDS = {
    Op.LOAD: 4,
    Op.STORE: 4,
    Op.ITEM: 4,
    Op.SET_ITEM: 4,
    Op.OPERATOR: 4,
    Op.OPERATE: 5,
    Op.SLICE: 6,
    Op.UNPACK: 4,
    Op.ITER: 3,
    Op.WITH: 3,
}
"""Where a statement has its line, counted from the operation."""

_SORTED = frozenset({"CALLS", "INSTANTIATES", "REFERENCES"})


def moved_rows(repository: str, path: str, before: FileFacts, after: FileFacts, rows: UnitRows) -> UnitRows | None:
    """What becomes of ``rows``, made of ``before``, now that the file has the facts ``after``; ``None`` if the program
    may be another one, or if a line cannot be told."""
    if len(before.scopes) != len(after.scopes):
        return None
    old_shape, old_lines = _without_lines(before)
    new_shape, new_lines = _without_lines(after)
    if old_shape != new_shape:
        return None
    lines = _moves(old_lines, new_lines)
    module = next((node for node in rows.nodes if node.label == "Module"), None)
    if lines is None or module is None:
        return None
    edges: list[EdgeRow] = []
    for edge in rows.edges:
        known = edge.properties.get("lines")
        if known is None:
            edges.append(edge)
            continue
        moved = [lines.get(line, 0) for line in known]
        if 0 in moved:
            return None
        if edge.type in _SORTED:
            moved.sort()
        edges.append(msgspec.structs.replace(edge, properties={**edge.properties, "lines": moved}))
    return UnitRows(file_nodes(after, repository, path, module.properties["qualified_name"]), edges)


def _moves(before: array[int], after: array[int]) -> dict[int, int] | None:
    """Old to new lines; ``None`` unless every line has one place and they are in the same order as before."""
    if len(before) != len(after):
        return None
    lines: dict[int, int] = {}
    for old, new in zip(before, after, strict=True):
        if lines.setdefault(old, new) != new:
            return None
    last = 0
    for old in sorted(lines):
        if lines[old] <= last and old > 0:
            return None
        last = lines[old]
    return lines


def _without_lines(facts: FileFacts) -> tuple[bytes, array[int]]:
    """The facts with all lines and docstrings blanked, encoded, and the lines in the order in which they were met."""
    lines = array("i")
    code = integers(facts.code)
    position = 0
    while position < len(code):
        operation = code[position]
        operand = _LINE_OPERANDS.get(operation)
        if operand is not None:
            _take(code, [position + operand], lines)
        position += WIDTH[operation]
    calls = integers(facts.calls)
    _take(calls, (start + 2 for start in integers(facts.call_starts)), lines)
    references = integers(facts.references)
    _take(references, range(2, len(references), 3), lines)
    scopes = [msgspec.structs.replace(facts.scopes[0], end_line=0, doc="")]
    for scope in facts.scopes[1:]:
        lines.extend((scope.line, scope.end_line))
        scopes.append(msgspec.structs.replace(scope, line=0, end_line=0, doc=""))
    lines.extend(entry[1] for entry in facts.imports)
    blank = msgspec.structs.replace(
        facts,
        lines=0,
        scopes=scopes,
        code=code.tobytes(),
        calls=calls.tobytes(),
        references=references.tobytes(),
        imports=[(entry[0], 0, *entry[2:]) for entry in facts.imports],
    )
    return msgspec.msgpack.encode(blank), lines


def _take(sequence: array[int], places: Iterable[int], lines: array[int]) -> None:
    for place in places:
        lines.append(sequence[place])
        sequence[place] = 0
