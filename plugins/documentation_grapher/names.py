"""Recognises names and paths of code in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["dotted_names", "symbol_in_span"]

_DOT = re.compile(r"\.(?=[A-Za-z_])")
_BEFORE = re.compile(r"[A-Za-z_][\w.]*$")
_AFTER = re.compile(r"\.[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_NO_NAME_BEFORE = frozenset("/@-\\:$%#~<&=")
_NO_NAME_AFTER = frozenset("/@-:")


def dotted_names(text: str) -> Iterator[tuple[int, str]]:
    """Yields (offset, name) of every dotted name in prose that is no part of a URL, path or mail address.

    The search starts at dots inside words, which are rare in prose, and looks at most 120 characters back.
    """
    end = 0
    for match in _DOT.finditer(text):
        dot = match.start()
        if dot < end:
            continue
        before = _BEFORE.search(text, max(end, dot - 120), dot)
        after = _AFTER.match(text, dot)
        if before is None or after is None:
            continue
        start, end = before.start(), after.end()
        if start and (text[start - 1] in _NO_NAME_BEFORE or text[start - 1].isalnum()):
            continue
        if end < len(text) and text[end] in _NO_NAME_AFTER and text[end : end + 2] not in (": ", ":\n", "- "):
            continue
        name = text[start:end]
        if len(name) <= 200 and ".." not in name:
            yield start, name


_CALL = re.compile(r"\((?:[^()]|\([^()]*\))*\)$")
_SYMBOL = re.compile(r"[@~]?\.?([A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)*)$")


def symbol_in_span(text: str) -> tuple[str, bool] | None:
    """The dotted name that a code span consists of, and whether it is written as a call; ``None`` for other code.

    ``Flask.run()``, ``run(debug=True)``, ``@app.route``, ``Type::method`` and ``Type#method`` are names;
    keywords, literals, commands and expressions are not.
    """
    if len(text) > 200:
        return None
    bare = _CALL.sub("", text)
    match = _SYMBOL.match(bare)
    if not match:
        return None
    return match[1].replace("::", ".").replace("#", "."), len(bare) != len(text)
