"""Waits for changes of a folder that its next snapshot would show."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from watchfiles import Change, watch

from codestory.exceptions import SourceError, SourceNotFoundError
from codestory.snapshots.ignore import MAX_GITIGNORE_BYTES, IgnoreRules
from codestory.snapshots.paths import path_text

__all__ = ["FolderChanges"]

_LONGEST = timedelta(seconds=2)
"""Changes that never settle, as those of a build, are told after this time."""

_LOOK_UP = timedelta(milliseconds=250)
"""How long to wait without looking up, for an interrupt for example."""


class FolderChanges:
    """What changes in ``folder`` from the moment on at which the context is entered.

    What the built-in rules and ``.gitignore`` leave out, what is below ``kept`` and what is reached by symbolic links
    does not count, as for snapshots. Changes that come while nobody waits for them are kept for the next one who does.
    """

    def __init__(self, folder: Path, *, settle: timedelta, kept: Collection[Path] = ()) -> None:
        self._root = folder.resolve()
        self._kept = [path.resolve() for path in kept]
        self._rules: dict[str, IgnoreRules | None] = {}
        milliseconds = timedelta(milliseconds=1)
        self._batches: Generator[set[tuple[Change, str]]] = watch(
            self._root,
            watch_filter=self._counts,
            step=max(1, settle // milliseconds),
            debounce=max(_LONGEST, 2 * settle) // milliseconds,
            rust_timeout=_LOOK_UP // milliseconds,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )

    def __enter__(self) -> Self:
        """Begin. Raises ``SourceError`` if the folder cannot be watched."""
        self._early = self._next()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._batches.close()

    def wait(self) -> list[str]:
        """The paths, from the folder, of what has changed since the last call, in order; blocks until something has.

        Raises ``SourceNotFoundError`` once the folder itself is gone.
        """
        found, self._early = self._early, set()
        while not found:
            found = self._next()
        return sorted(path_text(os.fsencode(path.relative_to(self._root))) for path in found)

    def _next(self) -> set[Path]:
        self._rules = {}
        if not self._root.is_dir():
            raise SourceNotFoundError(f"{self._root} is gone; there is nothing to watch.", source=str(self._root))
        try:
            return {Path(path) for _, path in next(self._batches)}
        except OSError as error:
            raise SourceError(
                f"{self._root} cannot be watched: {error}. If it holds more folders than the system can watch, raise"
                " fs.inotify.max_user_watches, or set WATCHFILES_FORCE_POLLING=1 to have its files looked at instead.",
                source=str(self._root),
            ) from error

    def _counts(self, _: Change, path: str) -> bool:
        place = Path(path)
        if place == self._root or not place.is_relative_to(self._root):
            return False
        if any(place.is_relative_to(kept) for kept in self._kept):
            return False
        relative = place.relative_to(self._root)
        rules = self._inside(str(relative.parent))
        if rules is None or place.is_symlink():
            return False
        return not rules.ignored(os.fsencode(relative), os.fsencode(relative.name), place.is_dir())

    def _inside(self, directory: str) -> IgnoreRules | None:
        """The rules inside a directory; ``None`` if what is there does not count."""
        if directory not in self._rules:
            self._rules[directory] = self._read(directory)
        return self._rules[directory]

    def _read(self, directory: str) -> IgnoreRules | None:
        place = self._root / directory
        relative = b"" if directory == "." else os.fsencode(directory)
        if not relative:
            rules = IgnoreRules.create()
        else:
            outer = self._inside(str(Path(directory).parent))
            if outer is None or place.is_symlink() or outer.ignored(relative, os.fsencode(place.name), True):
                return None
            rules = outer
        try:
            with (place / ".gitignore").open("rb") as file:
                content = file.read(MAX_GITIGNORE_BYTES + 1)
        except OSError:
            # There is none, or it is gone by now, or nobody may read it: a snapshot would do without it, too.
            return rules
        return rules.inside(relative, content) if len(content) <= MAX_GITIGNORE_BYTES else rules
