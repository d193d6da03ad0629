"""From bytes to source text and from comments to documentation."""

from __future__ import annotations

import re

__all__ = ["clean_comment", "is_minified", "one_line", "to_utf8", "words"]

_MINIFIED_BYTES = 20_000
_MINIFIED_LINE = 500
_SIGNATURE_LIMIT = 300
_DOC_LIMIT = 4_000
_space = re.compile(r"\s+")
_tags = re.compile(r"</?[A-Za-z][^>]*>")
_leader = re.compile(r"^[ \t]*(?:///?|\*(?!/))?[ \t]?", re.MULTILINE)


def to_utf8(source: bytes) -> tuple[bytes, list[str]]:
    """The source as UTF-8 without a byte order mark, and what had to be repaired."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if source.startswith(mark):
            source = source[len(mark) :]
            if encoding == "utf-8":
                break
            return source.decode(encoding, errors="replace").encode(), []
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        problem = f"line {line}: not UTF-8 ({source[error.start]:#04x}); undecodable bytes were replaced"
        return source.decode(errors="replace").encode(), [problem]
    return source, []


def is_minified(source: bytes) -> bool:
    """Whether the text was written by a minifier: large, and with lines far longer than anyone types."""
    return len(source) > _MINIFIED_BYTES and len(source) > _MINIFIED_LINE * (source.count(b"\n") + 1)


def one_line(text: bytes) -> str:
    """A signature on one line, of bounded length."""
    line = _space.sub(" ", text[: 4 * _SIGNATURE_LIMIT].decode(errors="replace")).strip()
    return line if len(line) <= _SIGNATURE_LIMIT else line[: _SIGNATURE_LIMIT - 1] + "…"


def clean_comment(text: str, *, xml: bool = False) -> str:
    """The prose of a comment without its markers, and without XML tags where they are markup (C#)."""
    if text.startswith("/*"):
        text = text.removesuffix("*/")[2:].lstrip("*!")
    text = _leader.sub("", text).strip()
    if xml:
        text = _tags.sub("", text).strip()
    return "\n".join(line.rstrip() for line in text.splitlines())[:_DOC_LIMIT]


def words(text: str) -> frozenset[str]:
    """The words of a text as a set; long tables of names are easier to read that way."""
    return frozenset(text.split())
