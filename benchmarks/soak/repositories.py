"""What is ingested under faults: generated packages and a real one, each in several revisions."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.sdists import sdist

__all__ = ["Subject", "generated", "real"]

FLASK = "flask==3.1.0"


@dataclass(frozen=True)
class Subject:
    """One repository; ``revisions`` are folders, the states that it passes through."""

    name: str
    revisions: Sequence[Path]


def generated(name: str, folder: Path, *, modules: int, revisions: int = 3) -> Subject:
    """A package of ``modules`` modules that call each other; each revision changes, adds and removes some."""
    states: list[Path] = []
    for revision in range(revisions):
        root = folder / f"{name}-{revision}"
        # Names, not the hash of this process, so that a revision is the same in every run.
        chance = random.Random(f"{name}/{revision}")
        _write(root / "README.md", f"# {name}\n\nRevision {revision}; begin with `pkg0.mod0.start_0`.\n\n## Layout\n\n"
               + "\n".join(f"- `pkg{n}`" for n in range(modules // 10 + 1)))  # fmt: skip
        for number in range(modules):
            if revision and chance.random() < 0.1:
                continue
            _write(root / _place(number), _module(number, modules, revision if chance.random() < 0.4 else 0))
        for number in range(modules // 10 + 1):
            _write(root / f"pkg{number}" / "__init__.py", f'"""Package {number}."""\n')
        states.append(root)
    return Subject(name, states)


def real(folder: Path, requirement: str = FLASK, *, revisions: int = 2) -> Subject:
    """A source distribution as it is, and then with edits."""
    name = requirement.partition("=")[0]
    states: list[Path] = []
    for revision in range(revisions):
        root = folder / f"{name}-{revision}"
        shutil.copytree(sdist(requirement), root, symlinks=True)
        chance = random.Random(f"{name}/{revision}")
        for path in sorted(root.rglob("*.py")) if revision else ():
            if chance.random() < 0.1:
                path.unlink()
            elif chance.random() < 0.3:
                path.write_bytes(path.read_bytes() + f"\n\ndef added_{revision}():\n    return {revision}\n".encode())
        states.append(root)
    return Subject(name, states)


def _place(number: int) -> str:
    return f"pkg{number // 10}/mod{number}.py"


def _module(number: int, modules: int, revision: int) -> str:
    other = (number * 7 + 3) % modules
    return f'''"""Module {number}, see mod{other}."""

from pkg{other // 10}.mod{other} import Worker{other}, start_{other}


class Worker{number}(Worker{other}):
    """Does the work of {number}."""

    def work(self, amount: int) -> int:
        """Revision {revision}."""
        return start_{other}(amount + {revision}) + self.rest()

    def rest(self) -> int:
        return {number}


def start_{number}(amount: int) -> int:
    return Worker{number}().work(amount)
'''


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
