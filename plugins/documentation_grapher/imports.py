"""Finds the import statements in the examples of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["find_imports"]

_START = r"[ \t]*(?:(?:>>>|\.\.\.) )?[ \t]*"
_MODULE = r"[A-Za-z_][\w.]*(?: as \w+)?"
_FROM = re.compile(_START + r"from ([A-Za-z_][\w.]*) import +(.*)")
_IMPORT = re.compile(_START + rf"import ({_MODULE}(?:, *{_MODULE})*)[ \t]*(?:#.*|;.*)?$")
_NAME = re.compile(r"([A-Za-z_]\w*)(?: as \w+)?[ \t]*(?:,|\\|#|;|$)")


def find_imports(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Yields (line, dotted name, ``from`` or ``import``) for numbered lines of example code.

    ``from a import b, c`` names ``a.b`` and ``a.c``; relative imports name nothing that a reader could find.
    Names on the following lines of a parenthesised import are left out.
    """
    for number, line in lines:
        if match := _FROM.match(line):
            module, names = match[1], match[2].replace("(", "").replace(")", "").strip()
            if not names or names == "*":
                yield number, module, "import"
            for name in _NAME.finditer(names):
                yield number, f"{module}.{name[1]}", "from"
        elif match := _IMPORT.match(line):
            for part in match[1].split(","):
                yield number, part.split()[0], "import"
