"""Which files belong to a repository: the built-in rules, every ``.gitignore``, and the configured patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codestory.snapshots.wildmatch import translate

__all__ = ["BUILTIN_PATTERNS", "MAX_GITIGNORE_BYTES", "IgnoreRules", "PatternList"]

BUILTIN_PATTERNS = (
    ".git/",
    ".hg/",
    ".svn/",
    ".codestory/",
    "__pycache__/",
    "*.pyc",
    "*.pyo",
    "*.log",
    "*.tmp",
    "node_modules/",
    "build/",
    "dist/",
    ".venv/",
    ".idea/",
    ".vscode/",
)
"""What no repository wants in its graph, in the syntax of ``.gitignore``; a ``.gitignore`` may take it back."""

MAX_GITIGNORE_BYTES = 128 * 1024
"""A longer ``.gitignore`` is no help to anybody, and matching every file against it would take for ever."""


@dataclass(frozen=True)
class _Rule:
    expression: re.Pattern[bytes]
    negated: bool
    directories_only: bool
    anchored: bool


class PatternList:
    """The patterns of one ``.gitignore``; paths are relative to its folder, bytes, without a slash at the end."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        self._rules = [rule for rule in map(_parse, patterns) if rule is not None][::-1]
        self._any_name = _alternatives(rule for rule in self._rules if not rule.anchored)
        self._any_path = _alternatives(rule for rule in self._rules if rule.anchored)

    @classmethod
    def from_file(cls, content: bytes) -> PatternList:
        """Split a ``.gitignore`` as git does: a byte order mark and carriage returns before line ends go."""
        return cls(content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"))

    @classmethod
    def from_strings(cls, patterns: Iterable[str]) -> PatternList:
        """Patterns from a configuration."""
        return cls(pattern.encode("utf-8", "surrogateescape") for pattern in patterns)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def decide(self, path: bytes, name: bytes, is_directory: bool) -> bool | None:
        """Whether the last pattern that matches ignores the path; ``None`` if no pattern matches.

        Looks at this path only: callers never ask about what is below an ignored directory.
        """
        if not (self._any_name and self._any_name.fullmatch(name)) and not (
            self._any_path and self._any_path.fullmatch(path)
        ):
            return None
        for rule in self._rules:
            if (is_directory or not rule.directories_only) and rule.expression.fullmatch(
                path if rule.anchored else name
            ):
                return not rule.negated
        return None


@dataclass(frozen=True)
class IgnoreRules:
    """The rules in force inside one directory. Later ones win: built-in, ``.gitignore`` from the root to this
    directory, configured."""

    builtin: PatternList
    configured: PatternList
    files: tuple[tuple[int, PatternList], ...] = ()
    """Every ``.gitignore`` in force, the nearest first, with the length of its folder's path and slash."""

    @classmethod
    def create(cls, configured: Sequence[str] = (), builtin: Sequence[str] = BUILTIN_PATTERNS) -> IgnoreRules:
        """The rules of the root directory, before its ``.gitignore`` is read."""
        return cls(PatternList.from_strings(builtin), PatternList.from_strings(configured))

    def inside(self, directory: bytes, gitignore: bytes) -> IgnoreRules:
        """The rules in ``directory`` (empty: the root), which holds this ``.gitignore``."""
        patterns = PatternList.from_file(gitignore)
        if not patterns:
            return self
        start = len(directory) + 1 if directory else 0
        return IgnoreRules(self.builtin, self.configured, ((start, patterns), *self.files))

    def ignored(self, path: bytes, name: bytes, is_directory: bool) -> bool:
        """Whether ``path`` (from the root; ``name`` is its last segment) is left out. ``.git`` always is."""
        if name == b".git":
            return True
        decision = self.configured.decide(path, name, is_directory)
        if decision is not None:
            return decision
        for start, patterns in self.files:
            decision = patterns.decide(path[start:], name, is_directory)
            if decision is not None:
                return decision
        return self.builtin.decide(path, name, is_directory) is True


def _parse(line: bytes) -> _Rule | None:
    if line.startswith(b"#"):
        return None
    line = _without_trailing_spaces(line)
    negated = line.startswith(b"!")
    pattern = line[1:] if negated else line
    directories_only = pattern.endswith(b"/")
    pattern = pattern[:-1] if directories_only else pattern
    anchored = b"/" in pattern
    if not pattern:
        return None
    translated = translate(pattern.removeprefix(b"/"))
    if translated is None:
        return None
    return _Rule(re.compile(translated, re.DOTALL), negated, directories_only, anchored)


def _without_trailing_spaces(line: bytes) -> bytes:
    kept = line.rstrip(b" ")
    backslashes = len(kept) - len(kept.rstrip(b"\\"))
    return line[: len(kept) + 1] if backslashes % 2 else kept


def _alternatives(rules: Iterable[_Rule]) -> re.Pattern[bytes] | None:
    """One expression that matches where any rule could: most paths are decided by a single look."""
    expressions = [b"(?:" + rule.expression.pattern + b")" for rule in rules]
    return re.compile(b"|".join(expressions), re.DOTALL) if expressions else None
