"""Real packages, compared with what other readers of Python see in them."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

from plugins.syntax.analyzer import Project, Resolution
from plugins.syntax.python import ANALYZER
from plugins.syntax.python.extract import decode_source
from tests.support.sdists import sdist


def _sources(requirement: str, below: str = "") -> dict[str, bytes]:
    root = sdist(requirement)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / below).rglob("*.py"))}


def _resolve(sources: Mapping[str, bytes]) -> dict[str, Resolution]:
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    return {found.unit: found for found in ANALYZER.resolve(Project("r", frozenset(sources)), facts)}


@pytest.fixture(scope="module")
def flask() -> dict[str, bytes]:
    return _sources("flask==3.1.0")


@pytest.fixture(scope="module")
def flask_rows(flask: dict[str, bytes]) -> dict[str, Resolution]:
    return _resolve(flask)


@pytest.mark.parametrize("requirement", ["flask==3.1.0", "requests==2.32.3"])
def test_as_many_definitions_as_in_pythons_own_tree(requirement: str) -> None:
    sources = _sources(requirement)
    found = _resolve(sources)
    for path, source in sources.items():
        tree = ast.parse(decode_source(source)[0])
        expected = Counter[str]()
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                expected["class"] += 1
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                expected["function"] += 1
            elif isinstance(node, ast.Lambda):
                expected["lambda"] += 1
        counted = Counter[str]()
        for node in found[path].rows.nodes:
            if node.label == "Class":
                counted["class"] += node.properties.get("definitions", 1)
            elif node.label in ("Function", "Method"):
                kind = "lambda" if node.properties["name"].startswith("<lambda") else "function"
                counted[kind] += node.properties.get("definitions", 1)
        assert counted == expected, path


def test_line_ranges_are_those_of_pythons_own_tree(flask: dict[str, bytes], flask_rows: dict[str, Resolution]) -> None:
    for path, source in flask.items():
        expected: set[tuple[str, int, int]] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                expected.add((node.name, start, node.end_lineno or 0))
        for node in flask_rows[path].rows.nodes:
            properties = node.properties
            if node.label != "Module" and not properties["name"].startswith("<"):
                assert (properties["name"], properties["start_line"], properties["end_line"]) in expected


def test_module_imports_are_those_that_grimp_finds(
    flask_rows: dict[str, Resolution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(sdist("flask==3.1.0") / "src"))
    for name in [name for name in sys.modules if name == "flask" or name.startswith("flask.")]:
        monkeypatch.delitem(sys.modules, name)
    graph = grimp.build_graph("flask", cache_dir=None)
    expected = {
        (module, imported) for module in graph.modules for imported in graph.find_modules_directly_imported_by(module)
    }
    found = {
        (_module(edge.source), _module(edge.target))
        for resolution in flask_rows.values()
        for edge in resolution.rows.edges
        if edge.type == "IMPORTS" and edge.target_label == "Module" and edge.source.startswith("r:src/flask/")
        # grimp does not look into packages without __init__.
        if "/sansio/" not in edge.source + edge.target
    }
    assert sorted(found - expected) == []
    assert sorted(expected - found) == []


def _module(identity: str) -> str:
    path = identity.removeprefix("r:src/").removesuffix("#").removesuffix(".py").removesuffix("/__init__")
    return path.replace("/", ".")


def test_every_relationship_has_two_ends_and_says_how_it_was_found(flask_rows: dict[str, Resolution]) -> None:
    nodes = {(node.label, node.id) for found in flask_rows.values() for node in found.rows.nodes}
    nodes |= {("Package", name) for found in flask_rows.values() for name in found.packages}
    assert len(nodes) == len({ident for _, ident in nodes})
    seen: set[tuple[str, str, str]] = set()
    for found in flask_rows.values():
        for edge in found.rows.edges:
            assert (edge.type, edge.source, edge.target) not in seen
            seen.add((edge.type, edge.source, edge.target))
            if edge.target_required:
                assert (edge.source_label, edge.source) in nodes
                assert (edge.target_label, edge.target) in nodes
            if edge.type in ("CALLS", "IMPORTS", "INHERITS_FROM", "INSTANTIATES", "REFERENCES"):
                assert 0 < edge.properties["confidence"] <= 1
                assert edge.properties["resolution"]


def test_known_calls_of_flask(flask_rows: dict[str, Resolution]) -> None:
    calls = {
        (edge.source.removeprefix("r:src/flask/"), edge.target.removeprefix("r:src/flask/"))
        for found in flask_rows.values()
        for edge in found.rows.edges
        if edge.type == "CALLS"
    }
    assert {
        ("app.py#Flask.wsgi_app", "app.py#Flask.full_dispatch_request"),
        ("app.py#Flask.wsgi_app", "ctx.py#RequestContext.push"),
        ("app.py#Flask.full_dispatch_request", "app.py#Flask.preprocess_request"),
        ("app.py#Flask.__init__", "sansio/app.py#App.__init__"),
        ("app.py#Flask.__call__", "app.py#Flask.wsgi_app"),
        ("helpers.py#get_root_path", "r:@package/os.path.dirname"),
        ("views.py#MethodView.dispatch_request", "r:@package/builtins.getattr"),
    } <= calls


_EDITS = (
    b"\n\ndef added_{n}(thing):\n    return thing()\n",
    b"\n\nclass Added{n}:\n    def run(self):\n        return self\n\nAdded{n}().run()\n",
    b"\nimport os as os_{n}\nos_{n}.getcwd()\n",
)


def test_resolving_after_random_edits_equals_resolving_anew(flask: dict[str, bytes]) -> None:
    chance = random.Random(20251)
    sources = dict(flask)
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    for number in range(6):
        changed = _edit(sources, chance, number)
        for path in changed:
            facts.pop(path, None)
            if path in sources:
                facts[path] = ANALYZER.extract(path, sources[path])
        shuffled = list(facts.items())
        chance.shuffle(shuffled)
        project = Project("r", frozenset(sources))
        updated = {found.unit: found for found in ANALYZER.resolve(project, dict(shuffled), changed)}
        assert updated == _resolve(sources)


def _edit(sources: dict[str, bytes], chance: random.Random, number: int) -> set[str]:
    """Change, add, remove or rename a file; the paths concerned."""
    path = chance.choice(sorted(sources))
    kind = number % 5
    if kind == 0:
        sources[path] += chance.choice(_EDITS).replace(b"{n}", str(number).encode())
    elif kind == 1:
        lines = sources[path].splitlines(keepends=True)
        del lines[chance.randrange(len(lines)) :]
        sources[path] = b"".join(lines)
    elif kind == 2:
        new = f"src/flask/new_{number}.py"
        sources[new] = b"from . import Flask\n\napp = Flask(__name__)\napp.run()\n"
        return {new}
    elif kind == 3:
        del sources[path]
    else:
        renamed = f"{Path(path).parent}/renamed_{number}.py"
        sources[renamed] = sources.pop(path)
        return {path, renamed}
    return {path}


def test_every_process_finds_the_same() -> None:
    program = (
        "import hashlib, sys, msgspec; from pathlib import Path; from codestory.graph.packs import normalise;"
        "from plugins.syntax.analyzer import Project; from plugins.syntax.python import ANALYZER;"
        "root = Path(sys.argv[1]); files = sorted(root.rglob('*.py'));"
        "facts = {str(file.relative_to(root)): ANALYZER.extract('a.py', file.read_bytes()) for file in files};"
        "found = ANALYZER.resolve(Project('r', frozenset(facts)), facts);"
        "rows = {one.unit: normalise(one.unit, one.rows, 'r', 'syntax') for one in found};"
        "print(hashlib.sha256(msgspec.msgpack.encode(dict(sorted(rows.items())))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(sdist("flask==3.1.0"))],
            capture_output=True,
            check=True,
            timeout=120,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
