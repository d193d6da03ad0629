"""The ignore rules, held against git itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codestory.snapshots.ignore import IgnoreRules, PatternList
from codestory.snapshots.wildmatch import translate

NAMES = st.sampled_from(
    [
        b"a",
        b"b",
        b"ab",
        b"a.b",
        b".a",
        b"abc",
        b"a b",
        b"-",
        b"x[y",
        b"A",
        b"a*",
        b"\xc3\xa9",
        b"[",
        b"]",
        b"!a",
        b"#a",
        b"b ",
    ]
)
PIECES = st.sampled_from(
    [
        *[b"a", b"b", b"ab", b"*", b"*", b"?", b"**", b"[ab]", b"[!a]", b"[^b]", b"[a-c]", b"[]a]", b"[[:alpha:]]"],
        *[b"[[:foo:]]", b"[a-", b"[\\]]", b"[a\\-c]", b".", b" ", b"\\a", b"\\*", b"\\ ", b"-", b"\\", b"["],
        *[b"\xc3\xa9", b"#", b"!"],
    ]
)
SEGMENT = st.lists(PIECES, min_size=1, max_size=3).map(b"".join)
PATTERN = st.builds(
    lambda negated, leading, segments, trailing: negated + leading + b"/".join(segments) + trailing,
    st.sampled_from([b"", b"", b"!"]),
    st.sampled_from([b"", b"", b"/"]),
    st.lists(st.one_of(SEGMENT, st.just(b"**")), min_size=1, max_size=3),
    st.sampled_from([b"", b"", b"/", b" ", b"\t", b"\r"]),
).filter(lambda pattern: b"\\/" not in pattern)
TREE = st.recursive(st.none(), lambda below: st.dictionaries(NAMES, below, max_size=4), max_leaves=12)
GITIGNORE = st.lists(PATTERN, max_size=5).map(lambda lines: b"\n".join(lines) + b"\n")


def write_tree(folder: Path, tree: dict[bytes, Any], gitignores: list[bytes]) -> None:
    """Directories take ``.gitignore`` files from the list as long as it lasts."""
    folder.mkdir()
    if gitignores:
        (folder / ".gitignore").write_bytes(gitignores.pop(0))
    for name, below in tree.items():
        if below is None:
            (folder / os.fsdecode(name)).touch()
        else:
            write_tree(folder / os.fsdecode(name), below, gitignores)


def kept_by_us(root: Path, rules: IgnoreRules, directory: bytes = b"") -> set[bytes]:
    kept: set[bytes] = set()
    here = root / os.fsdecode(directory)
    if (here / ".gitignore").is_file():
        rules = rules.inside(directory, (here / ".gitignore").read_bytes())
    for entry in here.iterdir():
        name = os.fsencode(entry.name)
        path = directory + b"/" + name if directory else name
        if not rules.ignored(path, name, entry.is_dir()):
            kept |= kept_by_us(root, rules, path) if entry.is_dir() else {path}
    return kept


def kept_by_git(root: Path, git_dir: Path) -> set[bytes]:
    options = [f"--git-dir={git_dir}", f"--work-tree={root}", "-c", "core.excludesFile=/dev/null"]
    done = subprocess.run(
        ["git", *options, "-c", "core.ignoreCase=false", "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return set(done.stdout.split(b"\0")) - {b""}


@pytest.fixture(scope="module")
def git_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("git"), "git is needed to compare with"
    folder = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
    subprocess.run(["git", f"--git-dir={folder}", "config", "core.bare", "false"], check=True)
    (folder / "info" / "exclude").unlink(missing_ok=True)
    return folder


@settings(max_examples=200, deadline=None)
@given(
    tree=st.dictionaries(NAMES, TREE, min_size=1, max_size=5), gitignores=st.lists(GITIGNORE, min_size=1, max_size=3)
)
@example(tree={b"a": {b"b": None, b"ab": {b"a": None}}}, gitignores=[b"*\n!*/\n"])
@example(tree={b"a": {b"b": {b"a": None}}, b"b": None}, gitignores=[b"a/**/a\n", b"!b\n"])
@example(tree={b"a": {b"b": None}, b"b": None}, gitignores=[b"\xef\xbb\xbfb\r\n!/a/b\r\n"])
@example(tree={b"a": {b"a": {b"a": {b"b": None}}}}, gitignores=[b"/**/b\n"])
@example(tree={b"b ": None, b"b": None}, gitignores=[b"b\\ \n"])
@example(tree={b"a": {b"b": None, b"a": None}}, gitignores=[b"a\n!a/\n"])
@example(tree={b"#a": None, b"!a": None}, gitignores=[b"\\#a\n\\!a\n"])
def test_git_and_we_keep_the_same_files(git_dir: Path, tree: dict[bytes, Any], gitignores: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        write_tree(root, tree, list(gitignores))
        assert kept_by_us(root, IgnoreRules.create(builtin=())) == kept_by_git(root, git_dir)


@pytest.mark.parametrize(
    ("path", "is_directory", "ignored"),
    [
        (b".git", True, True),
        (b"lib/.git", False, True),
        (b"node_modules", True, True),
        (b"node_modules", False, False),
        (b"pkg/__pycache__", True, True),
        (b"pkg/a.pyc", False, True),
        (b"debug.log", False, True),
        (b"src/build", True, True),
        (b"build.py", False, False),
        (b".vscode", True, True),
        (b".github", True, False),
    ],
)
def test_the_builtin_patterns_apply_everywhere(path: bytes, is_directory: bool, ignored: bool) -> None:
    assert IgnoreRules.create().ignored(path, path.rpartition(b"/")[2], is_directory) is ignored


def test_gitignore_overrules_the_builtin_and_the_configuration_overrules_both() -> None:
    rules = IgnoreRules.create(["*.md", "!secret.txt"]).inside(b"", b"!dist/\n!a.md\nsecret.txt\n")
    assert not rules.ignored(b"dist", b"dist", True)
    assert rules.ignored(b"a.md", b"a.md", False)
    assert not rules.ignored(b"secret.txt", b"secret.txt", False)


def test_git_folders_cannot_be_taken_back() -> None:
    assert IgnoreRules.create(["!.git/", "!.git"]).inside(b"", b"!.git\n").ignored(b".git", b".git", True)


def test_a_nested_gitignore_is_about_its_own_folder_and_wins_there() -> None:
    rules = IgnoreRules.create().inside(b"", b"*.txt\n").inside(b"docs", b"!/keep.txt\n/only-here\n")
    assert not rules.ignored(b"docs/keep.txt", b"keep.txt", False)
    assert rules.ignored(b"docs/sub/keep.txt", b"keep.txt", False)
    assert rules.ignored(b"docs/only-here", b"only-here", False)


@pytest.mark.parametrize(
    "pattern",
    [b"*a" * 60 + b"c", b"**/" + b"*a*/**/" * 20 + b"c", b"[a-z]*" * 40 + b"0", b"?*" * 60 + b"/c", b"*" * 5000],
)
def test_no_pattern_takes_for_ever(pattern: bytes) -> None:
    patterns = PatternList([pattern, b"/" + pattern])
    name = b"a" * 250 + b"b"
    assert patterns.decide(b"/".join([name] * 15), name, False) in (None, True)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_pattern_that_compiles(pattern: bytes) -> None:
    PatternList.from_file(pattern).decide(b"a/b", b"b", False)


@pytest.mark.parametrize("pattern", [b"[", b"a[", b"[a", b"[!", b"a\\", b"[[:nothing:]]", b"[[:alpha:"])
def test_a_malformed_pattern_matches_nothing(pattern: bytes) -> None:
    assert translate(pattern) is None
