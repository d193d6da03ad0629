"""How the name of a file, which may be any bytes, becomes the text that identifies it in the graph."""

from __future__ import annotations

import re

__all__ = ["path_text"]

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")


def path_text(raw: bytes) -> str:
    r"""``raw`` as text that is valid, on one line, and different for different ``raw``.

    Control characters, line separators, bytes that are not UTF-8, and the backslash itself are written as
    ``\x0a``, one escape per byte; everything else stays as it is.
    """
    text = raw.decode("utf-8", "surrogateescape")
    return _UNSAFE.sub(_escaped, text) if _UNSAFE.search(text) else text


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in match[0].encode("utf-8", "surrogateescape"))
