"""Every query of docs/graph.md finds something in a real graph, and what it may not do is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Service

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "graph.md"
QUERIES = re.findall(r"```cypher\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.fixture(scope="module")
def flask_graph(service: Service, flask: Path) -> Service:
    steps = ["filesystem", "syntax", "documentation_grapher", "summarizer"]
    job = service.ingest(flask, repository="flask", steps=steps)
    assert job["status"] == "COMPLETED", job
    return service


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("query", QUERIES, ids=[q.splitlines()[0][:60] for q in QUERIES])
def test_a_documented_query_finds_something(flask_graph: Service, query: str) -> None:
    rows = flask_graph.query(query)
    assert rows
    assert all(value is not None for value in rows[0].values())


def test_the_documented_labels_and_types_are_those_of_the_graph(flask_graph: Service) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    counts = flask_graph.http.get("/v1/graph/stats", params={"repository": "flask"}).json()
    assert counts["total_nodes"] > 1000
    for name in (*counts["nodes"], *counts["relationships"]):
        assert re.search(rf"\b{name}\b", text), name
    assert set(counts["nodes"]) == {
        "Repository", "Directory", "File", "Module", "Class", "Function", "Method", "Package", "Documentation",
        "Section", "Summary",
    }  # fmt: skip


def test_a_test_refers_to_the_fixtures_that_it_asks_for_and_calls_what_they_give(flask_graph: Service) -> None:
    where = "t.repository = 'flask' AND t.path = 'tests/test_basic.py' AND t.name = 'test_options_work'"
    fixtures = flask_graph.query(
        f"MATCH (t)-[r:REFERENCES {{resolution: 'fixture'}}]->(f) WHERE {where} RETURN f.path AS path, f.name AS name"
    )
    assert sorted((row["path"], row["name"]) for row in fixtures) == [
        ("tests/conftest.py", "app"),
        ("tests/conftest.py", "client"),
    ]
    called = flask_graph.query(f"MATCH (t)-[:CALLS]->(f:Method) WHERE {where} RETURN f.qualified_name AS name")
    assert "flask.testing.FlaskClient.open" in [row["name"] for row in called]


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (n) DETACH DELETE n",
        "CREATE (n:File {id: 'x'})",
        "MATCH (n:File) SET n.name = 'x' RETURN n",
        "MATCH (n:File) /* read only */ REMOVE n.name",
        "MERGE (n:File {id: 'y'}) RETURN n",
    ],
)
def test_a_statement_that_writes_is_refused(flask_graph: Service, statement: str) -> None:
    answer = flask_graph.http.post("/v1/graph/query", json={"query": statement})
    assert answer.status_code == 400, answer.text


def test_words_that_look_like_writing_are_fine_in_strings_and_names(flask_graph: Service) -> None:
    assert flask_graph.query("RETURN 'DELETE SET CREATE' AS `merge`") == [{"merge": "DELETE SET CREATE"}]


def test_a_broken_query_is_refused_with_a_reason(flask_graph: Service) -> None:
    answer = flask_graph.http.post("/v1/graph/query", json={"query": "MATCH (n RETURN n"})
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_the_digest_of_an_unknown_repository_is_404(flask_graph: Service) -> None:
    answer = flask_graph.http.get("/v1/graph/digest", params={"repository": "flsak"})
    assert answer.status_code == 404
    assert "Did you mean 'flask'" in answer.json()["detail"]
