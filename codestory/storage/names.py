"""Which names a blob may have, the same for every store."""

from __future__ import annotations

from codestory.exceptions import PermanentError

__all__ = ["MAX_NAME_LENGTH", "MAX_SEGMENT_BYTES", "check_name", "check_prefix"]

MAX_NAME_LENGTH = 900
"""Characters of a whole name; Azure Blob Storage allows 1,024."""

MAX_SEGMENT_BYTES = 240
"""UTF-8 bytes between two slashes; the usual file systems allow 255."""


def check_name(name: str) -> str:
    """Return ``name`` if every store can hold it; raises ``PermanentError`` that says what is wrong.

    A name is ``/``-separated and relative; no segment is empty, starts with a full stop or ends with one, so
    ``..`` is impossible and a store may keep things of its own under dotted names. No backslashes, no control
    characters.
    """
    if len(name) > MAX_NAME_LENGTH:
        raise _refused(name, f"it is longer than {MAX_NAME_LENGTH} characters")
    _check_characters(name)
    for segment in name.split("/"):
        if not segment:
            raise _refused(name, "a segment is empty")
        if segment[0] == "." or segment[-1] == ".":
            raise _refused(name, f"the segment {segment!r} starts or ends with a full stop")
        if len(segment.encode()) > MAX_SEGMENT_BYTES:
            raise _refused(name, f"a segment is longer than {MAX_SEGMENT_BYTES} bytes")
    return name


def check_prefix(prefix: str) -> str:
    """Return ``prefix`` if it can be the beginning of a name; raises ``PermanentError`` otherwise."""
    _check_characters(prefix)
    if prefix.startswith("/") or "//" in prefix or any(part.startswith(".") for part in prefix.split("/")):
        raise _refused(prefix, "no name can start like this")
    return prefix


def _check_characters(name: str) -> None:
    if "\\" in name or any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise _refused(name, "it has a backslash or a control character")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise _refused(name, "it is not valid Unicode") from None


def _refused(name: str, why: str) -> PermanentError:
    shown = name if len(name) <= 100 else f"{name[:100]}…"
    return PermanentError(f"{shown!r} cannot be the name of a blob: {why}.", name=shown)
