"""The versions that set-up installs."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = (ROOT / "scripts" / "constraints.txt").read_text(encoding="utf-8")


def test_every_requirement_has_one_version_and_one_place_that_says_so() -> None:
    lock = runpy.run_path(str(ROOT / "scripts" / "lock.py"))
    constrained = set(re.findall(r"^([a-z0-9-]+)==", CONSTRAINTS, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted += [line for extra in project["optional-dependencies"].values() for line in extra]
    names = {lock["canonical"](match[1]) for line in wanted if (match := re.match(r"([A-Za-z][\w.-]*)", line.strip()))}
    # An extra may name other extras of the project itself: codestory[postgresql].
    names.remove(lock["canonical"](project["name"]))
    assert names - lock["pinned"]() - constrained == set(), "run: make lock"
    assert constrained & lock["pinned"]() == set(), "run: make lock"


def test_constraints_name_exact_versions_only() -> None:
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.!+-]+", line)] == []
