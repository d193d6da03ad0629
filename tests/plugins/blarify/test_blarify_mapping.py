"""Blarify's nodes and relationships in our schema."""

from __future__ import annotations

from typing import Any

import pytest

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow
from plugins.blarify.mapping import map_graph, read_graph
from tests.plugins.blarify.fakes import graph_lines

SOURCES = {
    "app/a.py": b'"""Module doc."""\n\nclass A:\n    """A doc."""\n    def run(self):\n        """Run doc."""\n',
    "app/b.py": b"def helper():\n    def inner(): ...\n",
    "Main.java": b"class Main {}",
}
DEFINITIONS = (
    ("CLASS", "app/a.py", "A"),
    ("FUNCTION", "app/a.py", "A.run"),
    ("CLASS", "app/a.py", "A.Inner"),
    ("FUNCTION", "app/b.py", "helper"),
    ("FUNCTION", "app/b.py", "helper.inner"),
    ("CLASS", "Main.java", "Main"),
)
A, RUN, HELPER = "app/a.py#A", "app/a.py#A.run", "app/b.py#helper"


def lines_of(*definitions: tuple[str, str, str], **more: Any) -> list[str]:
    return graph_lines(*definitions, **more).replace("ROOT", "/repo").splitlines()


def edges_of(*references: tuple[str, str, str]) -> set[tuple[str, str, str]]:
    graph = read_graph(lines_of(*DEFINITIONS, references=references))
    units, _ = map_graph(graph, "r", "/repo", SOURCES)
    structure = {(e.type, e.source, e.target) for e in structural()}
    return {
        (edge.type, edge.source.removeprefix("r:"), edge.target.removeprefix("r:"))
        for rows in units.values()
        for edge in rows.edges
        if (edge.type, edge.source, edge.target) not in structure
    }


def structural() -> list[EdgeRow]:
    units, _ = map_graph(read_graph(lines_of(*DEFINITIONS)), "r", "/repo", SOURCES)
    return [edge for rows in units.values() for edge in rows.edges]


def test_definitions_become_nodes_with_labels_lines_and_docstrings() -> None:
    units, counts = map_graph(read_graph(lines_of(*DEFINITIONS)), "r", "/repo", SOURCES)
    nodes = {(node.label, node.id): node.properties for rows in units.values() for node in rows.nodes}
    assert set(nodes) == {
        ("Module", "r:app/a.py#"),
        ("Module", "r:app/b.py#"),
        ("Module", "r:Main.java#"),
        ("Class", "r:app/a.py#A"),
        ("Class", "r:app/a.py#A.Inner"),
        ("Method", "r:app/a.py#A.run"),
        ("Function", "r:app/b.py#helper"),
        ("Function", "r:app/b.py#helper.inner"),
        ("Class", "r:Main.java#Main"),
    }
    assert nodes["Method", "r:app/a.py#A.run"] == {
        "path": "app/a.py",
        "name": "run",
        "qualified_name": "A.run",
        "language": "python",
        "docstring": "Run doc.",
        "start_line": 5,
        "end_line": 10,
    }
    assert nodes["Module", "r:app/a.py#"]["docstring"] == "Module doc."
    assert nodes["Module", "r:app/a.py#"]["name"] == "a"
    assert not +counts


def test_definitions_hang_on_their_file_module_class_or_function() -> None:
    assert {(e.type, e.source.removeprefix("r:"), e.target.removeprefix("r:")) for e in structural()} == {
        ("DEFINES", "app/a.py", "app/a.py#"),
        ("DEFINES", "app/b.py", "app/b.py#"),
        ("DEFINES", "Main.java", "Main.java#"),
        ("DEFINES", "app/a.py#", A),
        ("CONTAINS", A, RUN),
        ("CONTAINS", A, "app/a.py#A.Inner"),
        ("DEFINES", "app/b.py#", HELPER),
        ("DEFINES", HELPER, "app/b.py#helper.inner"),
        ("DEFINES", "Main.java#", "Main.java#Main"),
    }
    assert all(e.target_required != (e.source_label == "File") for e in structural())


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (("CALLS", RUN, HELPER), ("CALLS", RUN, HELPER)),
        (("CALLS", HELPER, A), ("INSTANTIATES", HELPER, A)),
        (("INSTANTIATES", HELPER, A), ("INSTANTIATES", HELPER, A)),
        (("INSTANTIATES", HELPER, RUN), ("CALLS", HELPER, RUN)),
        (("IMPORTS", "app/b.py#", A), ("IMPORTS", "app/b.py#", A)),
        (("IMPORTS", HELPER, A), ("IMPORTS", "app/b.py#", A)),
        (("INHERITS", "app/a.py#A.Inner", A), ("INHERITS_FROM", "app/a.py#A.Inner", A)),
        (("USES", RUN, HELPER), ("REFERENCES", RUN, HELPER)),
        (("TYPES", RUN, A), ("REFERENCES", RUN, A)),
        (("ASSIGNS", RUN, A), ("REFERENCES", RUN, A)),
    ],
)
def test_references_become_relationships_of_the_schema(
    reference: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    assert edges_of(reference) == {expected}


def test_references_say_how_they_were_found_and_how_sure_they_are() -> None:
    lines = lines_of(*DEFINITIONS, references=[("CALLS", RUN, HELPER)], mode="scip")
    units, _ = map_graph(read_graph(lines), "r", "/repo", SOURCES)
    (edge,) = [edge for edge in units["app/a.py"].edges if edge.type == "CALLS"]
    assert edge.properties == {"confidence": 0.8, "resolution": "blarify", "resolver": "scip", "line": 7}


def test_what_blarify_lists_twice_is_there_once() -> None:
    twice = [("CALLS", RUN, HELPER), ("CALLS", RUN, HELPER)]
    lines = lines_of(*DEFINITIONS, *DEFINITIONS, references=twice)
    units, counts = map_graph(read_graph(lines), "r", "/repo", SOURCES)
    assert sum(len(rows.nodes) for rows in units.values()) == 9
    assert [edge.type for edge in units["app/a.py"].edges].count("CALLS") == 1
    assert counts["duplicates"] == 1


def test_what_leads_out_of_the_repository_is_counted_and_left_out() -> None:
    lines = lines_of(
        *DEFINITIONS,
        ("CLASS", "../evil.py", "E"),
        ("CLASS", "unseen.py", "U"),
        references=[("CALLS", RUN, "unseen.py#U"), ("CALLS", "gone", RUN)],
    )
    units, counts = map_graph(read_graph(lines), "r", "/repo", SOURCES)
    assert set(units) == set(SOURCES)
    assert counts["outside"] >= 3


def test_definitions_that_hang_on_each_other_end_nowhere() -> None:
    lines = [
        '{"node": {"type": "CLASS", "node_id": "1", "name": "A"}}',
        '{"node": {"type": "CLASS", "node_id": "2", "name": "B"}}',
        '{"edge": {"type": "CLASS_DEFINITION", "sourceId": "1", "targetId": "2"}}',
        '{"edge": {"type": "CLASS_DEFINITION", "sourceId": "2", "targetId": "1"}}',
        '{"end": {"mode": "hierarchy"}}',
    ]
    units, counts = map_graph(read_graph(lines), "r", "/x", SOURCES)
    assert units == {}
    assert counts["orphans"] == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (graph_lines(*DEFINITIONS, end=False), "cut off"),
        ("", "cut off"),
        ("Traceback (most recent call last)\n", "Line 1"),
        ('{"node": {"type": "FILE"}}\n', "Line 1"),
        ('{"edge": 3}\n', "Line 1"),
        ("[1]\n5\n", "Line 2"),
    ],
)
def test_a_damaged_graph_is_refused(text: str, said: str) -> None:
    with pytest.raises(StepFailedError, match=said):
        read_graph(text.splitlines())
