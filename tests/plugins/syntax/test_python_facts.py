"""Facts of one Python file: definitions, robustness, and the two front ends."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.syntax.analyzer import Project, Resolution
from plugins.syntax.python import ANALYZER
from plugins.syntax.python.extract import decode_source, extract_facts, facts_of_tree
from plugins.syntax.python.ir import decode_facts, encode_facts
from plugins.syntax.python.recovery import recover
from tests.plugins.syntax.golden_cases import cases
from tests.support.sdists import sdist

_SOURCE = b'''
"""What it is for."""
from abc import ABC, abstractmethod

class Shape(ABC):
    """A shape."""

    @property
    @abstractmethod
    def area(self) -> float:
        """In square metres."""

    @staticmethod
    def unit(): ...

    @classmethod
    def parse(cls, text: str,
              *, strict=False) -> "Shape": # why
        return cls()

    async def _load(self): yield 1

    class __Cache: pass

def area_of(shape: Shape, /, *more, scale: int = 1, **options): return lambda: shape.area
'''


def _resolve(sources: dict[str, bytes]) -> dict[str, Resolution]:
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    return {found.unit: found for found in ANALYZER.resolve(Project("r", frozenset(sources)), facts)}


def test_definitions_have_their_properties() -> None:
    nodes = {node.id: node for node in _resolve({"pkg/shape.py": _SOURCE})["pkg/shape.py"].rows.nodes}
    module = nodes["r:pkg/shape.py#"]
    assert (module.label, module.properties["docstring"]) == ("Module", "What it is for.")
    area = nodes["r:pkg/shape.py#Shape.area"]
    assert area.label == "Method"
    assert area.properties["is_property"] and area.properties["is_abstract"]
    assert area.properties["docstring"] == "In square metres."
    assert area.properties["decorators"] == ["property", "abstractmethod"]
    assert (area.properties["start_line"], area.properties["end_line"]) == (8, 11)
    assert nodes["r:pkg/shape.py#Shape.unit"].properties["is_static"]
    parse = nodes["r:pkg/shape.py#Shape.parse"].properties
    assert parse["is_class_method"]
    assert parse["signature"] == 'def parse(cls, text: str, *, strict=False) -> "Shape"'
    load = nodes["r:pkg/shape.py#Shape._load"].properties
    assert load["is_async"] and load["is_generator"] and load["visibility"] == "protected"
    assert load["signature"] == "async def _load(self)"
    assert nodes["r:pkg/shape.py#Shape.__Cache"].properties["visibility"] == "private"
    function = nodes["r:pkg/shape.py#area_of"].properties
    assert function["signature"] == "def area_of(shape: Shape, /, *more, scale: int = 1, **options)"
    assert function["qualified_name"] == "shape.area_of"
    assert nodes["r:pkg/shape.py#area_of.<lambda1>"].label == "Function"


def test_one_node_for_alternatives_overloads_and_setters() -> None:
    source = b"""
class A:
    @property
    def x(self): "get"
    @x.setter
    def x(self, value): "set"
if A:
    def f(): "one"
else:
    def f(): "two"
"""
    nodes = {node.id: node.properties for node in _resolve({"a.py": source})["a.py"].rows.nodes}
    assert nodes["r:a.py#A.x"]["docstring"] == "get"
    assert nodes["r:a.py#A.x"]["definitions"] == 2
    assert nodes["r:a.py#f"]["definitions"] == 2
    assert nodes["r:a.py#f"]["other_lines"] == [8, 8]


def test_a_syntax_error_keeps_the_rest_and_names_the_line() -> None:
    source = b"import os\n\ndef good():\n    os.getcwd()\n\ndef bad(:\n    pass\n\n"
    source += b"class After:\n    def run(self):\n        good()\n"
    facts = ANALYZER.extract("a.py", source)
    assert ANALYZER.problems(facts) == ["line 6: invalid syntax"]
    found = _resolve({"a.py": source})["a.py"]
    assert {"r:a.py#good", "r:a.py#After", "r:a.py#After.run"} <= {node.id for node in found.rows.nodes}
    calls = {(edge.source, edge.target) for edge in found.rows.edges if edge.type == "CALLS"}
    assert ("r:a.py#good", "r:@package/os.getcwd") in calls
    assert ("r:a.py#After.run", "r:a.py#good") in calls


def test_python_2_is_read() -> None:
    source = (
        b"def f():\n    print 'x'\n    try:\n        g()\n    except ValueError, e:\n        raise KeyError, 'no'\n\n"
    )
    source += b"def g():\n    return 0777\n"
    assert ANALYZER.problems(ANALYZER.extract("a.py", source))
    edges = _resolve({"a.py": source})["a.py"].rows.edges
    assert ("r:a.py#f", "r:a.py#g") in {(edge.source, edge.target) for edge in edges if edge.type == "CALLS"}


@pytest.mark.parametrize(
    ("source", "text", "problems"),
    [
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "# -*- coding: latin-1 -*-\nx = 'é'\n", []),
        ("\ufeffx = 'é'\n".encode(), "x = 'é'\n", []),
        (b"x = '\xe9'\n", "x = '\ufffd'\n", ["line 1: not valid utf-8; undecodable bytes were replaced"]),
        (b"# coding: klingon\n", "# coding: klingon\n", ["line 1: unknown encoding: klingon; read as UTF-8"]),
    ],
)
def test_encodings(source: bytes, text: str, problems: list[str]) -> None:
    assert decode_source(source) == (text, problems)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00",
        b"(" * 5000,
        b"x = " + b"-" * 20000 + b"1",
        b"class",
        b"def f(",
        b"@",
        b"match x:\n case",
        b"f'{",
        b"a\r\nb\rc",
        b"'\\d'",
        b"if x:\n\ty\n        z\n",
    ],
)
def test_no_source_is_too_broken(source: bytes) -> None:
    facts = ANALYZER.extract("a.py", source)
    assert ANALYZER.extract("a.py", source) == facts
    (found,) = ANALYZER.resolve(Project("r", frozenset({"a.py"})), {"a.py": facts})
    assert found.rows.nodes[0].label == "Module"


@given(st.text(alphabet="abf():=.,[]{}*@'\"\n \tlambda dfcsireturny", max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read_and_resolved(text: str) -> None:
    facts = ANALYZER.extract("a.py", text.encode())
    assert len(list(ANALYZER.resolve(Project("r", frozenset({"a.py"})), {"a.py": facts}))) == 1


def test_invalid_escapes_warn_nobody() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        extract_facts(b"x = '\\d'\n")
    assert caught == []


def test_facts_survive_encoding() -> None:
    facts = extract_facts(_SOURCE)
    assert msgspec.to_builtins(decode_facts(encode_facts(facts))) == msgspec.to_builtins(facts)


def _differences(text: str) -> list[str]:
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    first = facts_of_tree(ast.parse(text), list(lines), [])
    second = facts_of_tree(recover(text), list(lines), [])
    return [name for name in first.__struct_fields__ if getattr(first, name) != getattr(second, name)]


def test_both_front_ends_give_the_same_facts() -> None:
    texts = {f"{case.name}/{path}": source.decode() for case in cases() for path, source in case.sources.items()}
    root = sdist("flask==3.1.0")
    texts |= {str(path.relative_to(root)): path.read_text() for path in sorted(Path(root).rglob("*.py"))}
    assert {name: found for name, text in texts.items() if (found := _differences(text))} == {}


def test_escapes_that_make_lone_surrogates_are_spelt_out() -> None:
    source = (
        b'TABLE = {"\\udcff": len, "\\U0000d800": 1}\n\ndef f():\n    "lone \\ud800"\n    return TABLE["\\udcff"]()\n'
    )
    facts = ANALYZER.extract("odd.py", source)
    assert ANALYZER.problems(facts) == []
    (rows,) = ANALYZER.resolve(Project("r", {"odd.py"}), {"odd.py": facts})
    docs = [node.properties.get("docstring") for node in rows.rows.nodes if node.label == "Function"]
    assert docs == ["lone \\ud800"]


def test_the_facts_of_a_file_are_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    names = [f"name_{number}" for number in range(40)]
    (tmp_path / "definitions.py").write_text("\n".join(f"def {name}(): ..." for name in names))
    assigned = "\n".join(f"        {name} = {name}.next" for name in names)
    (tmp_path / "loop.py").write_text(
        f"def f(rows):\n    for {', '.join(names)} in rows:\n{assigned}\n    return [{', '.join(names)}]\n"
    )
    for number, case in enumerate(cases()):
        for path, source in case.sources.items():
            (tmp_path / f"{number}-{path.replace('/', '-')}").write_bytes(source)
    program = (
        "import hashlib, json, pathlib, sys; from plugins.syntax.python.analyzer import ANALYZER;"
        "files = sorted(pathlib.Path(sys.argv[1]).iterdir());"
        "facts = {file.name: ANALYZER.extract('a.py', file.read_bytes()) for file in files};"
        "print(json.dumps({name: hashlib.sha256(data).hexdigest() for name, data in facts.items()}))"
    )
    first, second = (
        json.loads(
            subprocess.run(
                [sys.executable, "-c", program, str(tmp_path)],
                capture_output=True,
                check=True,
                timeout=60,
                env={**os.environ, "PYTHONHASHSEED": seed},
            ).stdout
        )
        for seed in ("1", "2")
    )
    assert {name for name, digest in first.items() if second[name] != digest} == set()
    assert len(first) > 1_000


def test_odd_code_in_strings_is_nobodys_warning() -> None:
    source = b"""eval("'\\\\z' if 1else 2")\nx: "list['\\\\q']" = 1\nexec("a = '\\\\w'")\n"""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert not extract_facts(source).problems
    assert caught == []
