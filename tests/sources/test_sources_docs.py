"""The documentation of sources says what the code does."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from codestory.snapshots.ignore import BUILTIN_PATTERNS, MAX_GITIGNORE_BYTES
from codestory.sources import SOURCE_TYPES, SourceLimits
from plugins.filesystem.step import FilesystemOptions

TEXT = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_limit_is_listed_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `(CODESTORY_\w+)` \| (\S+) \|", TEXT, re.MULTILINE))
    for item in fields(SourceLimits):
        default = getattr(SourceLimits(), item.name)
        expected = int(default.total_seconds()) if isinstance(default, timedelta) else default
        assert listed[item.metadata["setting"]] == str(expected)


def test_every_builtin_pattern_is_listed() -> None:
    assert f"`{' '.join(BUILTIN_PATTERNS)}`" in TEXT
    assert f"{MAX_GITIGNORE_BYTES // 1024} KiB is not applied" in TEXT


@pytest.mark.parametrize("name", [*SOURCE_TYPES, *FilesystemOptions.model_fields])
def test_every_type_and_option_is_described(name: str) -> None:
    assert f"`{name}`" in TEXT
