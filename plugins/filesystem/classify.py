"""What the bytes of a file say: text or binary, and how many lines."""

from __future__ import annotations

__all__ = ["count_lines", "is_binary"]

_LOOKED_AT = 8000
"""Bytes in which git, too, looks for a zero byte to tell binary files."""

_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def is_binary(beginning: bytes) -> bool:
    """Whether the content is no text: it has a zero byte near its start and no mark of UTF-16 or UTF-32."""
    return b"\0" in beginning[:_LOOKED_AT] and not _wide_encoding(beginning)


def count_lines(content: bytes) -> int:
    """Lines of a text; a last one without a line end counts, line ends are those of Unix and Windows, or of old Macs
    where there are no others."""
    encoding = _wide_encoding(content)
    if encoding:
        content = content.decode(encoding, "replace").encode("utf-8", "replace")
    ending = b"\r" if b"\n" not in content else b"\n"
    return content.count(ending) + (bool(content) and not content.endswith(ending))


def _wide_encoding(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
