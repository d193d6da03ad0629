"""Parses with tree-sitter, in a time that grows no faster than the source.

Its grammars recover from errors by trying many ways at once, which in sources made for it takes time that grows with
their square: hours for a file of a few hundred kilobytes.
"""

from __future__ import annotations

import time

from tree_sitter import Language, Parser, Tree

__all__ = ["TooSlowError", "parse"]

_PART = 512
"""What the library asks for at a time. The text of a node is read in parts as well, hence not more."""
_SECONDS = 5.0
_BYTES_PER_SECOND = 100_000
"""What any machine does; real sources are parsed a hundred times as fast."""


class TooSlowError(Exception):
    """The source takes so long that nothing of it is read; the text says so for users."""


def parse(language: Language, source: bytes) -> Tree:
    """The syntax tree of ``source`` (UTF-8); raises ``TooSlowError``."""
    # Processor time of this thread, so that a busy machine changes nothing.
    end = time.thread_time() + _SECONDS + len(source) / _BYTES_PER_SECOND

    def part(offset: int, _point: object) -> bytes:
        return source[offset : offset + _PART]

    def is_late(_offset: int, _error: bool) -> bool:
        return time.thread_time() > end

    try:
        # A parser keeps state while it works, so every call has its own.
        return Parser(language).parse(part, progress_callback=is_late)
    except ValueError as error:
        if time.thread_time() <= end:
            raise
        raise TooSlowError("takes too long to parse; only the file itself is in the graph") from error
