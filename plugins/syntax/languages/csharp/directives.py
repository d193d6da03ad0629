"""Sources that the grammar cannot read as they stand: where conditional compilation splits what belongs together, and
where a value is behind a pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Language, Node, Tree

from plugins.syntax.parsing import TooSlowError, parse

__all__ = ["conditional_tree", "reduced"]

_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(if|elif|else|endif|region|endregion)\b([^\r\n]*)")
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*if\b", re.MULTILINE)
_INDIRECTION = re.compile(rb"(?:[=(,;{}&|!?:+<>-]|\breturn)\s*\*+\s*(?=[(\w])")
"""An asterisk at the beginning of an operand, which the grammar takes for a multiplication or for part of a type."""
_NEGATED = re.compile(rb"\s*\(?\s*!")
_VISIBLE = re.compile(rb"[^\r\n]")
_MAX_NODES = 100_000


def conditional_tree(grammar: Language, source: bytes) -> Tree:
    """The syntax tree with the fewest errors: of the source as it is, or with one branch alone of the conditions around
    errors, else of all conditions; and where errors remain, without the asterisks of values behind pointers."""
    # The grammar wants a line after every directive.
    text = source + b"\n"
    best = parse(grammar, text)
    broken = _errors(best.root_node)
    for variant in _variants(text, broken):
        if not broken:
            break
        try:
            tree = parse(grammar, variant)
        except TooSlowError:
            break
        errors = _errors(tree.root_node)
        if len(errors) < len(broken):
            best, broken, text = tree, errors, variant
    if broken and _INDIRECTION.search(text):
        tree = parse(grammar, _INDIRECTION.sub(_blanks, text))
        best = tree if len(_errors(tree.root_node)) < len(broken) else best
    return best


def _variants(source: bytes, broken: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    if _CONDITION.search(source):
        for rows in (broken, None):
            for is_met in (False, True):
                yield reduced(source, rows, is_met=is_met)


def _blanks(found: re.Match[bytes]) -> bytes:
    return found[0].replace(b"*", b" ")


def reduced(source: bytes, rows: Sequence[tuple[int, int]] | None = None, *, is_met: bool) -> bytes:
    """The source with blanks in place of all directives and of those branches that are not compiled if every symbol is
    defined, or if none is; only for conditions that share one of the ranges of rows, if there are any. Every byte stays
    where it was."""
    lines = source.splitlines(keepends=True)
    kept = lines.copy()
    # For every open condition: whether its branch is compiled, and whether one of its branches was.
    open_: list[tuple[bool, bool]] = []
    start = 0
    for number, line in enumerate(lines):
        found = _DIRECTIVE.match(line)
        if found is None:
            if not all(holds for holds, _ in open_):
                lines[number] = _VISIBLE.sub(b" ", line)
            continue
        word = found[1]
        holds = (_NEGATED.match(found[2]) is not None) is not is_met
        start = start if open_ else number
        if word == b"if":
            open_.append((holds, holds))
        elif word in (b"elif", b"else") and open_:
            taken = open_.pop()[1]
            holds = not taken and (word == b"else" or holds)
            open_.append((holds, taken or holds))
        elif word == b"endif" and open_:
            open_.pop()
        lines[number] = _VISIBLE.sub(b" ", line)
        if not open_ and rows is not None and not any(first <= number and start <= last for first, last in rows):
            lines[start : number + 1] = kept[start : number + 1]
    return b"".join(lines)


def _errors(root: Node) -> list[tuple[int, int]]:
    """The first and the last row of every innermost part that could not be read."""
    if not root.has_error:
        return []
    found: list[tuple[int, int]] = []
    pending = [root]
    seen = 0
    while pending and seen < _MAX_NODES:
        node = pending.pop()
        seen += 1
        inner = [child for child in node.children if child.has_error or child.is_missing]
        if not inner:
            found.append((node.start_point.row, node.end_point.row))
        pending += inner
    return found
