"""The patterns of ``.gitignore``, translated into regular expressions that cannot be made to backtrack for long.

The rules are those of git's documentation (gitignore, "Pattern format") and of its matcher: patterns match
bytes, so ``?`` is one byte; ``**`` is special only as a whole segment; a bracket never matches a slash; a
pattern with an unfinished bracket or escape matches nothing. A star followed by something of fixed length may
always take the first place where that fits, so all but the last star of a segment become atomic groups.
"""

from __future__ import annotations

import re
import string
from itertools import pairwise

__all__ = ["translate"]

_STAR, _ANY_DIRECTORIES, _SLASH = b"*", b"**", b"/"

_CLASSES = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "blank": " \t",
    "cntrl": "".join(map(chr, [*range(32), 127])),
    "digit": string.digits,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": string.ascii_lowercase,
    "print": "".join(map(chr, range(32, 127))),
    "punct": string.punctuation,
    "space": " \t\n\r\v\f",
    "upper": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}


class _NeverMatches(Exception):
    """The pattern is malformed; git lets it match nothing."""


def translate(pattern: bytes) -> bytes | None:
    """The regular expression for a whole path (no slash at either end), or ``None`` if nothing can match."""
    try:
        tokens = _tokens(pattern)
    except _NeverMatches:
        return None
    groups: list[list[bytes]] = [[]]
    for token in tokens:
        if token == _ANY_DIRECTORIES:
            groups.append([])
        else:
            groups[-1].append(token)
    first, *others = groups
    result = _segments(first)
    for index, group in enumerate(others):
        final = index == len(others) - 1
        if not group:
            # Only a trailing "**" leaves nothing behind it: everything below matches.
            result += b".*" if final else b""
        else:
            # The slash after "**" is part of the directories that it stands for.
            body = _segments(group[1:])
            result += b"(?:[^/]*/)*" + body if final else b"(?>(?:[^/]*/)*?" + body + b")"
    return result


def _segments(tokens: list[bytes]) -> bytes:
    """Tokens without ``**``: a fixed number of slashes, stars between them."""
    stars = [index for index, token in enumerate(tokens) if token == _STAR]
    result = b"".join(tokens[: stars[0]] if stars else tokens)
    for start, end in pairwise([*stars, len(tokens)]):
        chunk = tokens[start + 1 : end]
        if end < len(tokens) and _SLASH not in chunk:
            result += b"(?>[^/]*?" + b"".join(chunk) + b")" if chunk else b""
        else:
            result += b"[^/]*" + b"".join(chunk)
    return result


def _tokens(pattern: bytes) -> list[bytes]:
    tokens: list[bytes] = []
    position = 0
    while position < len(pattern):
        byte = pattern[position : position + 1]
        if byte == b"*":
            end = position
            while pattern[end : end + 1] == b"*":
                end += 1
            whole_segment = (position == 0 or pattern[position - 1 : position] == b"/") and (
                end == len(pattern) or pattern[end : end + 1] == b"/"
            )
            tokens.append(_ANY_DIRECTORIES if end - position > 1 and whole_segment else _STAR)
            position = end
        elif byte == b"?":
            tokens.append(b"[^/]")
            position += 1
        elif byte == b"[":
            token, position = _bracket(pattern, position + 1)
            tokens.append(token)
        else:
            if byte == b"\\":
                position += 1
                if position == len(pattern):
                    raise _NeverMatches
                byte = pattern[position : position + 1]
            tokens.append(_SLASH if byte == b"/" else re.escape(byte))
            position += 1
    return tokens


def _bracket(pattern: bytes, position: int) -> tuple[bytes, int]:
    """The class that starts behind the bracket at ``position``, and where the pattern goes on."""
    negated = pattern[position : position + 1] in (b"!", b"^")
    position += negated
    members: set[int] = set()
    previous: int | None = None
    first = True
    while first or pattern[position : position + 1] != b"]":
        first = False
        byte, position = _member(pattern, position)
        if byte == b"-" and previous is not None and pattern[position : position + 1] not in (b"", b"]"):
            end, position = _member(pattern, position)
            members.update(range(previous, end[-1] + 1))
            previous = None
        elif byte == b"[" and pattern[position : position + 1] == b":":
            close = pattern.find(b"]", position + 1)
            if close < 0:
                raise _NeverMatches
            if pattern[close - 1 : close] != b":" or close - 1 <= position:
                members.add(byte[0])
                previous = byte[0]
            else:
                name = pattern[position + 1 : close - 1].decode("latin-1")
                if name not in _CLASSES:
                    raise _NeverMatches
                members.update(map(ord, _CLASSES[name]))
                previous, position = None, close + 1
        else:
            members.add(byte[-1])
            previous = byte[-1]
    chosen = (set(range(256)) - members if negated else members) - {ord("/")}
    if not chosen:
        raise _NeverMatches
    return b"[" + b"".join(b"\\x%02x" % member for member in sorted(chosen)) + b"]", position + 1


def _member(pattern: bytes, position: int) -> tuple[bytes, int]:
    """One byte of a bracket; an escaped one keeps its backslash, so that it is not taken for an operator."""
    byte = pattern[position : position + 1]
    if byte == b"\\":
        byte = pattern[position : position + 2]
        if len(byte) < 2:
            raise _NeverMatches
    if not byte:
        raise _NeverMatches
    return byte, position + len(byte)
