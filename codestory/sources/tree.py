"""Chooses what belongs to the repository from a tree that is not in a folder: of an archive or a commit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codestory.exceptions import HostileSourceError
from codestory.snapshots import SnapshotBuilder
from codestory.snapshots.ignore import MAX_GITIGNORE_BYTES, IgnoreRules
from codestory.snapshots.paths import path_text
from codestory.sources.limits import SourceLimits

__all__ = ["Directory", "File", "Other", "chosen_files"]


class File(ABC):
    """A file of the tree."""

    @abstractmethod
    def gitignore(self) -> bytes:
        """The content, or more than ``MAX_GITIGNORE_BYTES`` of it; asked only of files called ``.gitignore``."""


class Directory[F: File](ABC):
    """A directory of the tree."""

    @abstractmethod
    def entries(self) -> Iterable[tuple[bytes, Directory[F] | F | Other]]:
        """Names and what they stand for."""


@dataclass(frozen=True)
class Other:
    """Something that cannot be in a snapshot; ``what`` continues the sentence "NAME is"."""

    what: str


def chosen_files[F: File](
    root: Directory[F], rules: IgnoreRules, limits: SourceLimits, builder: SnapshotBuilder, source: str
) -> Iterator[tuple[str, F]]:
    """The files that are not ignored, in the order of their paths, each with its path as text.

    Directories and warnings go to ``builder``. Raises ``HostileSourceError`` where the tree is too deep or too wide.
    """
    count = 0
    pending: list[tuple[bytes, str, Directory[F], IgnoreRules, int]] = [(b"", "", root, rules, 0)]
    while pending:
        raw, text, directory, rules, depth = pending.pop()
        if depth > limits.max_depth:
            raise HostileSourceError(
                f"{source} nests {text[:100]!r}… more than {limits.max_depth} directories deep"
                " (CODESTORY_MAX_SOURCE_DEPTH).",
                source=source,
            )
        entries = sorted(directory.entries(), key=lambda entry: entry[0])
        rules = _with_gitignore(entries, raw, text, rules, builder)
        below: list[tuple[bytes, str, Directory[F], IgnoreRules, int]] = []
        for name, item in entries:
            path = raw + b"/" + name if raw else name
            is_directory = isinstance(item, Directory)
            if rules.ignored(path, name, is_directory):
                continue
            shown = path_text(name)
            if "\\" in shown:
                builder.warn(f"{shown!r} in {text or '.'}/ stands for a name that has no safe form as text.")
            shown = f"{text}/{shown}" if text else shown
            if isinstance(item, Other):
                builder.warn(f"{shown} is {item.what}")
                continue
            count += 1
            if count > limits.max_files:
                raise HostileSourceError(
                    f"{source} holds more than {limits.max_files} files and directories (CODESTORY_MAX_SOURCE_FILES).",
                    source=source,
                )
            if isinstance(item, Directory):
                builder.add_directory(shown)
                below.append((path, shown, item, rules, depth + 1))
            else:
                yield shown, item
        pending.extend(reversed(below))


def _with_gitignore[F: File](
    entries: Iterable[tuple[bytes, Directory[F] | F | Other]],
    raw: bytes,
    text: str,
    rules: IgnoreRules,
    builder: SnapshotBuilder,
) -> IgnoreRules:
    for name, item in entries:
        if name == b".gitignore" and isinstance(item, File):
            content = item.gitignore()
            if len(content) <= MAX_GITIGNORE_BYTES:
                return rules.inside(raw, content)
            shown = f"{text}/.gitignore" if text else ".gitignore"
            builder.warn(f"{shown} is longer than {MAX_GITIGNORE_BYTES} bytes and was not applied.")
    return rules
