"""Sources made to take all the time or memory there is cost little, and no more than their own part of the graph."""

from __future__ import annotations

import tracemalloc

import pytest

from plugins.syntax import parsing
from plugins.syntax.analyzer import Project
from plugins.syntax.languages.common.members import Members
from plugins.syntax.languages.common.names import Values
from plugins.syntax.languages.common.symbols import Symbol
from plugins.syntax.registry import ANALYZERS

ANALYZER = {analyzer.language: analyzer for analyzer in ANALYZERS}


def names(language: str, path: str, source: str) -> tuple[set[str], list[str]]:
    """The names that the file defines, and the warnings about it."""
    analyzer = ANALYZER[language]
    facts = analyzer.extract(path, source.encode())
    (unit,) = (u for u in analyzer.resolve(Project("r", {path}), {path: facts}) if u.unit == path)
    return {str(node.properties["name"]) for node in unit.rows.nodes}, analyzer.problems(facts)


@pytest.mark.parametrize("separator", [".b", ".\\\nb", " . b"], ids=["one line", "continued", "spaced"])
@pytest.mark.parametrize("start", ["import a", "x = 1; import a", "from a"])
def test_a_module_name_without_end_takes_no_memory_without_end(start: str, separator: str) -> None:
    end = " import c\n" if start.startswith("from") else "\n"
    source = start + separator * 15_000 + end + "def f(): pass\n"
    tracemalloc.start()
    try:
        found, problems = names("python", "m.py", source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "f" in found
    assert problems == []
    assert peak < 50_000_000


def test_a_long_name_that_is_no_module_is_read_as_ever() -> None:
    found, problems = names("python", "m.py", f"import os\nx = a{'.b' * 150}\ndef f(): pass\n")
    assert (found, problems) == ({"m", "f"}, [])


@pytest.mark.parametrize("encoding", ["undefined", "unicode_escape", "raw_unicode_escape", "idna", "rot13", "base64"])
def test_an_encoding_that_is_none_for_sources_is_a_warning(encoding: str) -> None:
    found, problems = names("python", "m.py", f'# coding: {encoding}\n"""\\ud800"""\ndef f(): "\\udfff"\n')
    assert found == {"m", "f"}
    assert problems == [] or encoding in problems[0]


@pytest.mark.parametrize(
    ("language", "path", "line"),
    [
        ("python", "m.py", "def f(:\n"),
        ("javascript", "m.ts", "function f() {}\n"),
        ("java", "M.java", "class A {}\n"),
        ("go", "m.go", "func f() {}\n"),
        ("csharp", "M.cs", "class A {}\n"),
    ],
)
def test_a_source_that_takes_too_long_to_parse_is_left_out_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, language: str, path: str, line: str
) -> None:
    monkeypatch.setattr(parsing, "_SECONDS", -1_000.0)
    found, problems = names(language, path, line * 5_000)
    assert len(found) == 1
    assert any("takes too long to parse" in problem for problem in problems)


def test_a_chain_of_classes_longer_than_the_stack_is_followed_as_far_as_anybody_looks() -> None:
    source = "".join(f"class A{n}(A{n + 1}):\n    pass\n\n" for n in range(2_000))
    source += "class A2000:\n    def far(self): pass\n\ndef f():\n    A1900().far()\n\ndef g():\n    A0().far()\n"
    analyzer = ANALYZER["python"]
    facts = {"m.py": analyzer.extract("m.py", source.encode())}
    (unit,) = analyzer.resolve(Project("r", {"m.py"}), facts)
    calls = {(edge.source, edge.target) for edge in unit.rows.edges if edge.type == "CALLS"}
    assert ("r:m.py#f", "r:m.py#A2000.far") in calls
    assert sum(edge.type == "INHERITS_FROM" for edge in unit.rows.edges) == 2_000


def test_a_chain_of_classes_through_modules_is_followed_too() -> None:
    analyzer = ANALYZER["python"]
    last = 1_500
    sources = {f"m{n}.py": f"import m{n + 1}\nclass A(m{n + 1}.A): pass\n" for n in range(last)}
    sources[f"m{last}.py"] = "class A:\n    def far(self): pass\n"
    sources["use.py"] = f"import m{last - 9}\nm{last - 9}.A().far()\n"
    facts = {path: analyzer.extract(path, source.encode()) for path, source in sources.items()}
    units = list(analyzer.resolve(Project("r", set(sources)), facts))
    calls = {edge.target for unit in units for edge in unit.rows.edges if edge.type == "CALLS"}
    assert f"r:m{last}.py#A.far" in calls


@pytest.mark.parametrize(
    ("language", "path", "extends", "module"),
    [("java", "A.java", "extends", "java.values"), ("csharp", "A.cs", ":", "csharp.linking")],
    ids=["java", "csharp"],
)
def test_members_are_looked_for_in_as_many_base_classes_as_real_programs_have(
    language: str, path: str, extends: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    bases = Members.bases

    def counted(self: Members, symbol: Symbol) -> Values:
        nonlocal looked_at
        looked_at += 1
        return bases(self, symbol)

    monkeypatch.setattr(Members, "bases", counted)

    def calls(depth: int) -> set[tuple[str, str]]:
        source = "".join(f"class C{n} {extends} C{n + 1} {{ void m() {{ this.none(); }} }}\n" for n in range(depth))
        source += f"class C{depth} {{ public void far() {{}} }}\nclass D {{ void m(C0 c) {{ c.far(); }} }}\n"
        analyzer = ANALYZER[language]
        (unit,) = analyzer.resolve(Project("r", {path}), {path: analyzer.extract(path, source.encode())})
        return {(edge.source, edge.target) for edge in unit.rows.edges if edge.type == "CALLS"}

    assert (f"r:{path}#D.m", f"r:{path}#C60.far") in calls(60)
    monkeypatch.setattr(f"plugins.syntax.languages.{module}.LONGEST_SEARCH", 20)
    looked_at = 0
    calls(300)
    assert 300 < looked_at < 300 * 40
