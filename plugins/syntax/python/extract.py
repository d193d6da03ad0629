"""From the source of one file to its facts.

Python's own parser is the front end for files that it accepts: the facts of the 2,817 valid Python files of Django
5.2.8 take 5.7 s through it and 13.5 s through tree-sitter, whose nodes have to be fetched one by one (CPU time, same
machine, same run; a test holds the facts of both equal). Files that Python's parser refuses (syntax errors,
Python 2, syntax newer than ours) are parsed by tree-sitter, which recovers from errors; its tree is translated into
the same node classes, so that everything after the front end is the same.
"""

from __future__ import annotations

import ast
import gc
import io
import re
import tokenize
import warnings
from ast import Module, parse
from collections.abc import Iterator

from plugins.syntax.parsing import TooSlowError
from plugins.syntax.python.builder import FILENAME, Builder
from plugins.syntax.python.definitions import docstring, enter_body
from plugins.syntax.python.finishing import finish
from plugins.syntax.python.ir import FileFacts
from plugins.syntax.python.recovery import recover
from plugins.syntax.python.statements import block

__all__ = ["decode_source", "extract_facts", "facts_of_tree"]

_SILENCE = ("ignore", None, SyntaxWarning, re.compile(re.escape(FILENAME)), 0)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|\\U0000[dD][89a-fA-F]")
_DECLARED = re.compile(r"\b(?:global|nonlocal)[ \t]+((?:[\w \t,]|\\\n)+)")
_NAME = re.compile(r"\w+")
_ENDLESS_NAME = re.compile(r"(?:\.[ \t\f]*+\w++[ \t\f]*+){100}")
_LONG_LINE = 200
_MANY_CONTINUATIONS = 50
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)


def decode_source(source: bytes) -> tuple[str, list[str]]:
    """The text by PEP 263 (byte order mark, coding cookie, UTF-8), and warnings if that is not what the bytes are."""
    if source.isascii() and b"coding" not in source[:400]:
        return source.decode("ascii"), []
    encoding, problem = "utf-8", ""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        problem = str(error.msg or error)
    try:
        text = source.decode(encoding)
        if encoding not in ("utf-8", "utf-8-sig"):
            # There are encodings whose text UTF-8 cannot hold.
            text.encode()
        return text, [f"line 1: {problem}; read as UTF-8"] if problem else []
    except (UnicodeError, LookupError) as error:
        line = source.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        name = encoding if not problem else "utf-8"
        text = source.decode("utf-8", errors="replace")
        return text, [f"line {line}: not valid {name}; undecodable bytes were replaced"]


def extract_facts(source: bytes) -> FileFacts:
    """The facts of a file; what cannot be read is left out and named in ``problems``."""
    enabled = gc.isenabled()
    # Syntax trees are large and have no cycles: collecting while one is built finds nothing.
    gc.disable()
    try:
        return _extract(source)
    finally:
        if enabled:
            gc.enable()


def _extract(source: bytes) -> FileFacts:
    text, problems = decode_source(source)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.removeprefix("\ufeff")
    # A form feed or an exotic separator is no line break for Python, so splitlines() would count wrongly.
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if _has_endless_import(text, lines):
        return _recovered(text, lines, problems)
    tree: Module | None = None
    # Invalid escapes and the like are the author's business, not the reader's.
    if warnings.filters[:1] != [_SILENCE]:
        warnings.filterwarnings("ignore", category=SyntaxWarning, module=_SILENCE[3].pattern)
    try:
        tree = parse(text, FILENAME)
    except SyntaxError as error:
        problems.append(f"line {error.lineno or 1}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        problems.append(f"line 1: {error or type(error).__name__}")
    if tree is not None:
        try:
            return facts_of_tree(_encodable(tree, text), lines, problems)
        except RecursionError:
            problems.append("line 1: nested too deeply to be read completely")
    return _recovered(text, lines, problems)


def _has_endless_import(text: str, lines: list[str]) -> bool:
    """Whether a module of a hundred names is imported: Python's own parser keeps every beginning of its name, which
    takes gigabytes for a line of a hundred kilobytes."""
    if "import" not in text:
        return False
    if text.count("\\\n") > _MANY_CONTINUATIONS:
        lines = text.replace("\\\n", "").split("\n")
    return any(len(line) > _LONG_LINE and "import" in line and _ENDLESS_NAME.search(line) for line in lines)


def _recovered(text: str, lines: list[str], problems: list[str]) -> FileFacts:
    try:
        return facts_of_tree(_encodable(recover(text), text), lines, problems)
    except RecursionError:
        problems.append("line 1: nested too deeply; only the file itself is in the graph")
    except TooSlowError as error:
        problems.append(f"line 1: {error}")
    return finish(Builder(lines), problems)


def _encodable(tree: Module, text: str) -> Module:
    """``tree`` with the lone surrogates that escapes put into its strings spelt out, since no UTF-8 text holds them."""
    if "\\" in text and _SURROGATE.search(text):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = node.value.encode("utf-8", "backslashreplace").decode()
    return tree


def _shared(lines: list[str]) -> Iterator[str]:
    """Names that functions assign to and others bind."""
    text = "\n".join(lines)
    if "global " in text or "nonlocal " in text:
        for found in _DECLARED.finditer(text):
            yield from _NAME.findall(found[1])


def facts_of_tree(tree: Module, lines: list[str], problems: list[str]) -> FileFacts:
    """The facts of a syntax tree; ``lines`` are the source that it came from."""
    b = Builder(lines)
    b.shared.update(_shared(lines))
    b.module.scope.doc = docstring(tree.body)
    block(b, tree.body)
    pending = b.pending
    while pending:
        frame, node = pending.popleft()
        enter_body(b, frame, node, block)
    return finish(b, problems)
