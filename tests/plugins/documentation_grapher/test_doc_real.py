"""The documentation of Flask, compared with independent counts."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from codestory.graph.rows import UnitRows
from tests.plugins.documentation_grapher.doc_project import Project
from tests.plugins.documentation_grapher.sdists import sdist
from tests.plugins.documentation_grapher.test_doc_structure import headings_by_docutils, nesting


@cache
def flask() -> tuple[Project, dict[str, UnitRows], Counter[str]]:
    files = sdist("flask", "3.1.0")
    project = Project({path: data.decode("utf-8", "replace") for path, data in files.items()})
    total: Counter[str] = Counter()
    rows: dict[str, UnitRows] = {}
    for path in project.documents:
        rows[path], counts = project.rows(path)
        total += counts
    return project, rows, total


def test_every_heading_that_docutils_finds_is_found_and_no_other() -> None:
    project, _, _ = flask()
    compared = 0
    for path, facts in project.documents.items():
        if facts.format != "rst":
            continue
        expected = [(level, plain(title)) for level, title in headings_by_docutils(project.files[path])]
        assert [(level, plain(title)) for level, title in nesting(facts)] == expected, path
        compared += len(expected)
    assert compared > 400


def plain(title: str) -> str:
    """A title without role markup, which docutils keeps for roles that it does not know."""
    return re.sub(r":\w+:|[`*~]", "", title)


def test_every_underlined_heading_counts_once() -> None:
    """An independent count: lines over a rule of at least their own length, after an empty line."""
    project, _, _ = flask()
    underlined = re.compile(r"(?:\A|\n)\n?(?:\.\. .*\n+)?(\S.*)\n([=\-~^`#*+])\2{2,}[ ]*(?=\n|\Z)")
    for path in ("docs/api.rst", "docs/tutorial/views.rst", "CHANGES.rst"):
        text = project.files[path]
        counted = [m for m in underlined.finditer(text) if len(m[0].strip().split("\n")[-1]) >= len(m[1])]
        assert len(project.documents[path].sections) == len(counted), path


def test_every_doc_and_toctree_reference_inside_the_project_is_resolved() -> None:
    project, rows, _ = flask()
    for path, unit in rows.items():
        if not path.startswith("docs/"):
            continue
        text = project.files[path]
        named = {re.sub(r".*<(.*)>", r"\1", m, flags=re.DOTALL) for m in re.findall(r":doc:`([^`]+)`", text)}
        folder = "" if path.count("/") < 2 else path.split("/")[1] + "/"
        inside = {name[1:] if name[0] == "/" else folder + name for name in named if ":" not in name}
        linked = {edge.target for edge in unit.edges if edge.properties.get("resolution") in ("doc", "toctree")}
        assert {f"r:docs/{name}.rst#" for name in inside} <= linked, path


def test_every_autodoc_directive_with_a_symbol_in_the_project_documents_it() -> None:
    project, rows, _ = flask()
    documented = {
        edge.source.partition("#")[2]
        for edge in rows["docs/api.rst"].edges
        if edge.type == "DOCUMENTED_BY" and edge.properties["resolution"].startswith("autodoc")
    }
    named = re.findall(
        r"^\.\. auto(?:class|function|exception):: ([\w.]+)", project.files["docs/api.rst"], re.MULTILINE
    )
    symbols = {symbol.name for symbol, _, _ in project.symbols}
    expected = {name.rpartition(".")[2] for name in named} & symbols
    assert len(expected) > 40
    assert expected <= documented, expected - documented


def test_what_roles_link_to_is_what_they_name() -> None:
    """Precision without a golden file: the last word of every role that was resolved is the name of its target."""
    project, rows, _ = flask()
    checked = 0
    for path, facts in project.documents.items():
        for reference in facts.references:
            if reference.kind != "role" or reference.detail not in ("class", "func", "meth", "exc", "mod"):
                continue
            outcome = project.resolver.resolve(reference, path)
            target = getattr(outcome, "target_id", "")
            if target and getattr(outcome, "type", "") == "DESCRIBES":
                last = target.partition("#")[2].rpartition(".")[2] or target.partition("#")[0]
                assert reference.text.rpartition(".")[2] in last, (path, reference.text, target)
                checked += 1
    assert checked > 220
    assert rows


def test_recall_of_roles_that_name_flask_itself() -> None:
    """Roles with a full name in flask that Python finds by importing nothing but the names of its sources."""
    project, _, _ = flask()
    public = {symbol.name for symbol, _, _ in project.symbols if symbol.path.startswith("src/flask/")}
    missed: list[str] = []
    found = 0
    for path, facts in project.documents.items():
        for reference in facts.references:
            name = reference.text.lstrip(".").removeprefix("flask.")
            if reference.kind == "role" and name in public and reference.detail in ("class", "func", "meth", "exc"):
                outcome = project.resolver.resolve(reference, path)
                if hasattr(outcome, "target_id"):
                    found += 1
                else:
                    missed.append(f"{path}: {reference.text}")
    assert found > 120
    assert len(missed) <= found * 0.03, missed


def test_few_references_stay_unresolved_and_few_are_ambiguous() -> None:
    _, _, total = flask()
    assert total["resolved"] > 850
    assert total["ambiguous"] < total["resolved"] * 0.05
    assert total["broken"] == 0
