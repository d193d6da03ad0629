"""Writes scripts/constraints.txt: the versions, as installed, of what the pinned packages need in turn."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

__all__ = ["pinned", "render"]

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "scripts" / "constraints.txt"
HEAD = """\
# Versions of the packages that the pinned ones need in turn, so that every set-up is the same.
# Written by `make lock` from the environment; requirements.txt and pyproject.toml pin the others.
"""
_NOT_OURS = {"codestory", "pip", "setuptools", "wheel"}


def canonical(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> set[str]:
    """The packages whose version requirements.txt or pyproject.toml fixes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for extra in project["optional-dependencies"].values():
        lines += extra
    return {canonical(match[1]) for line in lines if (match := re.match(r"([\w.-]+)(?:\[[^]]*\])?==", line))}


def render() -> str:
    """The constraints for this environment."""
    skipped = pinned() | _NOT_OURS
    found = {canonical(item.metadata["Name"]): item.version for item in distributions()}
    return HEAD + "".join(f"{name}=={found[name]}\n" for name in sorted(found) if name not in skipped)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {TARGET}\n")
