"""Rows cut into chunks of bounded size."""

from __future__ import annotations

import pytest

from codestory.graph.chunks import Chunk, ChunkWriter
from codestory.graph.rows import EdgeRow, NodeRow


def _sizes(chunks: list[Chunk]) -> list[int]:
    return [sum(group.size for group in chunk.groups) for chunk in chunks]


def test_chunks_have_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codestory.graph.chunks.ROWS_PER_CHUNK", 3)
    chunks: list[Chunk] = []
    writer = ChunkWriter(lambda name, chunk, data: chunks.append(chunk), "c", fresh=True)
    for number in range(7):
        writer.node(NodeRow("Function", str(number), {"id": str(number)}))
    writer.edges(EdgeRow("CALLS", "Function", "1", "Function", str(number)) for number in range(7))

    assert _sizes(chunks) == [3, 3, 3, 3]
    assert writer.finish() == [f"c{number:05d}" for number in range(5)]
    assert _sizes(chunks) == [3, 3, 3, 3, 2]


def test_properties_that_some_rows_lack_are_null_in_their_rows() -> None:
    chunks: list[Chunk] = []
    writer = ChunkWriter(lambda name, chunk, data: chunks.append(chunk), "c", fresh=True)
    writer.node(NodeRow("Function", "1", {"a": 1, "id": "1"}))
    writer.node(NodeRow("Function", "2", {"b": 2, "id": "2"}))
    writer.edge(EdgeRow("CALLS", "Function", "1", "Function", "2", {"lines": [1]}))
    writer.edge(EdgeRow("CALLS", "Function", "1", "Function", "1", {"count": 2, "lines": [3]}))
    writer.edge(EdgeRow("CALLS", "Function", "2", "Function", "1"))
    writer.finish()

    edges, nodes = chunks[0].groups
    assert (nodes.keys, nodes.rows) == (("id", "a", "b"), [["1", 1, None], ["2", None, 2]])
    assert edges.keys == ("lines", "count")
    assert edges.rows == [["1", [["2", [1], None], ["1", [3], 2]]], ["2", [["1", None, None]]]]


def test_nodes_that_wait_for_company_are_known_by_their_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codestory.graph.chunks.ROWS_PER_CHUNK", 2)
    writer = ChunkWriter(lambda name, chunk, data: None, "c", fresh=True)
    writer.node(NodeRow("Function", "1", {"id": "1"}))
    assert writer.holds("Function")
    assert not writer.holds("Class")
    writer.node(NodeRow("Function", "2", {"id": "2"}))
    assert not writer.holds("Function")
