"""What every kind of store must do the same way."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import neo4j
import pytest

from codestory.exceptions import GraphUnavailableError, PermanentError, RequestError
from codestory.graph.digest import graph_digest
from codestory.graph.queries import graph_stats, labels_of, repositories_of
from codestory.graph.removal import delete_repository
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.schema import BOOKKEEPING_LABELS, NODE_LABELS
from codestory.graph.store import GraphStore
from tests.graph.harness import MemoryBlobs, Workbench

HOSTILE = 'it\'s "q" `b` \\ \n\t é😀 {x} $p }) DETACH DELETE n //'


def test_the_schema_can_be_ensured_again(store: GraphStore) -> None:
    with GraphStore(store.settings) as other:
        other.ensure_schema()
        other.ensure_schema(["Widget"])

    constrained = {row["labelsOrTypes"][0] for row in store.read("SHOW CONSTRAINTS")}
    assert constrained >= NODE_LABELS | BOOKKEEPING_LABELS | {"Widget"}


def test_two_nodes_of_a_label_cannot_share_an_id(bench: Workbench) -> None:
    statement = "CREATE (n:Class {id: $id, repository: $r})"
    bench.store.write(statement, id=bench.id("x"), r=bench.repository)

    with pytest.raises(GraphUnavailableError):
        bench.store.write(statement, id=bench.id("x"), r=bench.repository)

    bench.store.write(statement.replace("Class", "Module"), id=bench.id("x"), r=bench.repository)
    assert graph_stats(bench.store, bench.repository).nodes == {"Class": 1, "Module": 1}


def test_a_failing_transaction_leaves_nothing(bench: Workbench) -> None:
    def work(tx: neo4j.ManagedTransaction) -> None:
        tx.run("CREATE (n:Class {id: $id, repository: $r})", id=bench.id("x"), r=bench.repository).consume()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.store.transaction(work)

    assert graph_stats(bench.store, bench.repository).total_nodes == 0


def test_concurrent_writers_of_the_same_keys_lose_nothing(bench: Workbench) -> None:
    statement = (
        "UNWIND $ids AS id MERGE (n:Class {id: id}) SET n.repository = $r, n.seen = coalesce(n.seen, 0) + 1"
        " RETURN count(*)"
    )
    ids = [bench.id(f"c{n}") for n in range(20)]

    def write(turn: int) -> None:
        order = ids if turn % 2 else ids[::-1]
        bench.store.write(statement, ids=order, r=bench.repository)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(24)))

    rows = bench.store.read("MATCH (n:Class) WHERE n.repository = $r RETURN n.seen AS seen", r=bench.repository)
    assert [row["seen"] for row in rows] == [24] * 20


def test_a_store_works_in_a_forked_child(store: GraphStore) -> None:
    store.read("RETURN 1")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(store.read("RETURN 41 + 1 AS x")[0]["x"]).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        assert answer.read() == "42"
    assert store.read("RETURN 1 AS x") == [{"x": 1}]


def test_a_closed_store_opens_again(store: GraphStore) -> None:
    with GraphStore(store.settings) as other:
        other.read("RETURN 1")
        other.close()
        assert other.read("RETURN 2 AS x") == [{"x": 2}]


def test_a_round_trip_tells_who_answered(store: GraphStore) -> None:
    health = store.check(timedelta(seconds=10))

    assert health.server.startswith("Neo4j/")
    assert health.latency > timedelta(0)


def test_every_kind_of_property_comes_back_as_it_went(bench: Workbench) -> None:
    properties = {
        "text": HOSTILE,
        "empty": "",
        "integer": -(1 << 62),
        "real": 0.1,
        "whole": 2.0,
        "yes": True,
        "texts": ["a", HOSTILE],
        "integers": [1, 2, 3],
        "none": [],
        "odd key `x`": 1,
    }
    bench.ingest({"a.py": UnitRows([NodeRow("Class", bench.id(f"a.py#{HOSTILE}"), dict(properties))], [])})

    found = bench.store.read("MATCH (n:Class {id: $id}) RETURN properties(n) AS p", id=bench.id(f"a.py#{HOSTILE}"))
    own = {"id", "repository", "path", "step"}
    assert {key: value for key, value in found[0]["p"].items() if key not in own} == properties


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_nodes_and_relationships_of_a_kind_may_have_different_properties(bench: Workbench, known: bool) -> None:
    if known:
        bench.ingest({"b.py": UnitRows([bench.function("b.py", "h")], [])})
    nodes = [bench.function("a.py", "f", x=1), bench.function("a.py", "g", y=[1]), bench.function("a.py", "h")]
    edges = [
        bench.calls("a.py#f", "a.py#g", w=1),
        bench.calls("a.py#f", "a.py#h", v="v"),
        bench.calls("a.py#g", "a.py#h"),
    ]
    bench.ingest({"a.py": UnitRows(nodes, edges)})

    found = bench.store.read(
        "MATCH (n:Function) WHERE n.repository = $r RETURN n.name AS name, keys(n) AS keys ORDER BY name",
        r=bench.repository,
    )
    common = {"id", "name", "path", "repository", "step"}
    assert [set(row["keys"]) - common for row in found] == [{"x"}, {"y"}, set()]
    links = bench.store.read(
        "MATCH (a)-[c:CALLS]->(b) WHERE a.repository = $r RETURN properties(c) AS p ORDER BY a.id, b.id",
        r=bench.repository,
    )
    assert [row["p"] for row in links] == [{"w": 1}, {"v": "v"}, {}]


def test_hostile_names_are_stored_and_nothing_else_happens(bench: Workbench) -> None:
    victim = Workbench(bench.store, MemoryBlobs(), f"{bench.repository}-victim")
    victim.ingest({"a.py": UnitRows([victim.function("a.py", "one")], [])})
    hostile = Workbench(bench.store, MemoryBlobs(), f"{bench.repository}/../{HOSTILE}")
    broken = "caf\udce9.py"
    rows = UnitRows([hostile.function(HOSTILE, HOSTILE), hostile.function(broken, "f")], [])
    rows.edges.append(hostile.calls(f"{HOSTILE}#{HOSTILE}", f"{broken}#f", **{"key with `tick`": HOSTILE}))

    result = hostile.ingest({HOSTILE: rows})

    assert (result.nodes, result.relationships) == (2, 1)
    assert victim.names() == {"a.py#one"}
    assert hostile.ingest({}).deleted == 2


def test_counts_are_per_repository(bench: Workbench) -> None:
    rows = UnitRows([bench.function("a.py", "f"), bench.function("a.py", "g")], [bench.calls("a.py#f", "a.py#g")])
    bench.ingest({"a.py": rows})

    stats = graph_stats(bench.store, bench.repository)
    assert (stats.nodes, stats.relationships) == ({"Function": 2}, {"CALLS": 1})
    assert graph_stats(bench.store).total_nodes >= 2
    assert bench.repository in repositories_of(bench.store)
    assert not BOOKKEEPING_LABELS & set(labels_of(bench.store))


def test_a_repository_is_removed_with_all_its_records(bench: Workbench) -> None:
    neighbour = Workbench(bench.store, MemoryBlobs(), f"{bench.repository}-neighbour")
    for one in (bench, neighbour):
        one.ingest({"a.py": UnitRows([one.function("a.py", "f")], [])})

    assert delete_repository(bench.store, bench.blobs, bench.repository) == 1

    assert bench.names() == set()
    assert bench.blobs.blobs == {}
    assert bench.sync().applied().is_empty
    assert not bench.sync().applied().is_dirty
    assert neighbour.names() == {"a.py#f"}


def test_the_digest_ignores_names_of_repositories_and_order_of_writing(bench: Workbench) -> None:
    def rows(one: Workbench, path: str) -> UnitRows:
        return UnitRows(
            [one.function(path, "f", x=1.0), one.function(path, "g")], [one.calls(f"{path}#g", f"{path}#f")]
        )

    bench.ingest({"a.py": rows(bench, "a.py"), "b.py": rows(bench, "b.py")})
    other = Workbench(bench.store, MemoryBlobs(), f"{bench.repository}-other")
    other.ingest({"b.py": rows(other, "b.py")})
    other.ingest({"a.py": rows(other, "a.py"), "b.py": rows(other, "b.py")})

    assert other.digest() == bench.digest()
    assert len(bench.digest()) == 64


@pytest.mark.parametrize("change", ["property", "node", "edge", "edge property", "label"])
def test_the_digest_tells_every_difference(bench: Workbench, change: str) -> None:
    nodes = [bench.function("a.py", "f", x=1), bench.function("a.py", "g")]
    edges = [bench.calls("a.py#f", "a.py#g", confidence=1.0)]
    bench.ingest({"a.py": UnitRows(nodes, edges)})
    before = bench.digest()
    match change:
        case "property":
            nodes[0] = bench.function("a.py", "f", x=2)
        case "node":
            nodes.append(bench.function("a.py", "h"))
        case "edge":
            edges.append(bench.calls("a.py#g", "a.py#f"))
        case "edge property":
            edges = [bench.calls("a.py#f", "a.py#g", confidence=0.5)]
        case _:
            nodes[1], edges = NodeRow("Class", nodes[1].id, {"name": "g"}), []

    bench.ingest({"a.py": UnitRows(nodes, edges)})

    assert bench.digest() != before


def test_both_stores_give_the_same_content_the_same_digest(embedded_store: GraphStore, neo4j_store: GraphStore) -> None:
    digests: set[str] = set()
    for store in (embedded_store, neo4j_store):
        one = Workbench(store, MemoryBlobs(), f"equal-{os.getpid()}")
        nodes = [one.function("a.py", f"f{n}", real=n / 3, whole=float(n), text=HOSTILE, tags=["x"]) for n in range(30)]
        edges = [one.calls(f"a.py#f{n}", f"a.py#f{(n * 7) % 30}", confidence=n / 30) for n in range(30)]
        edges.append(EdgeRow("CALLS", "Function", one.id("a.py#f1"), "Function", one.id("a.py#f1"), {"w": 1.0}))
        one.ingest({"a.py": UnitRows(nodes, [edge for edge in edges if edge.source != edge.target or edge.properties])})
        digests.add(graph_digest(store, one.repository))

    assert len(digests) == 1


def test_users_read_tables_of_plain_values(bench: Workbench) -> None:
    bench.ingest(
        {
            "a.py": UnitRows(
                [bench.function("a.py", "f"), bench.function("a.py", "g")], [bench.calls("a.py#f", "a.py#g", w=1)]
            )
        }
    )
    result = bench.store.query_readonly(
        "MATCH p = (a:Function)-[c:CALLS]->(b) WHERE a.repository = $r"
        " RETURN a.name AS name, b, c, p, datetime('2024-05-06T07:08:09Z') AS at, [1, {x: 2.5}] AS list",
        {"r": bench.repository},
    )

    assert result.columns == ["name", "b", "c", "p", "at", "list"]
    name, node, link, path, at, values = result.rows[0]
    assert (name, node["labels"], node["properties"]["name"]) == ("f", ["Function"], "g")
    assert (link["type"], link["properties"]) == ("CALLS", {"w": 1})
    assert len(path["nodes"]) == 2
    assert at.startswith("2024-05-06T07:08:09")
    assert values == [1, {"x": 2.5}]
    assert not result.truncated


def test_users_get_as_many_rows_as_they_asked_for(store: GraphStore) -> None:
    result = store.query_readonly("UNWIND range(1, 5000) AS n RETURN n", limit=3)

    assert result.rows == [[1], [2], [3]]
    assert result.truncated
    assert not store.query_readonly("UNWIND range(1, 3) AS n RETURN n", limit=3).truncated


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Class {id: 'evil'})",
        "MATCH (n:Function) SET n.evil = 1 RETURN n",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n) CALL { WITH n SET n.evil = 1 } RETURN 1",
        "CREATE INDEX evil FOR (n:Class) ON (n.evil)",
    ],
)
def test_users_cannot_write(bench: Workbench, cypher: str) -> None:
    bench.ingest({"a.py": UnitRows([bench.function("a.py", "f")], [])})
    before = bench.digest()

    with pytest.raises(RequestError, match="Only queries that read"):
        bench.store.query_readonly(cypher)

    assert bench.digest() == before


def test_users_learn_what_is_wrong_with_their_query(store: GraphStore) -> None:
    with pytest.raises(RequestError, match=r"refuses the query: .*(Invalid input|viable alternative)"):
        store.query_readonly("MATCH (n RETURN n")


def test_users_cannot_keep_the_database_busy(store: GraphStore) -> None:
    with pytest.raises(RequestError, match="longer than"):
        store.query_readonly(
            "UNWIND range(1, 4000) AS a UNWIND range(1, 100000) AS b WITH a * b AS c WHERE c % 7 = 3 RETURN count(c)",
            timeout=timedelta(seconds=0.5),
        )


def test_a_statement_that_cannot_work_is_a_permanent_error(store: GraphStore) -> None:
    with pytest.raises(PermanentError, match="refuses a statement"):
        store.write("MATCH (n RETURN n")


def test_full_text_and_vector_indexes_work_where_they_are_promised(bench: Workbench) -> None:
    store = bench.store
    if not store.capabilities.fulltext:
        with pytest.raises(PermanentError):
            store.write("CREATE FULLTEXT INDEX ft IF NOT EXISTS FOR (n:Section) ON EACH [n.title]")
        return
    store.write("CREATE FULLTEXT INDEX ft IF NOT EXISTS FOR (n:Section) ON EACH [n.title]")
    store.write(
        "CREATE VECTOR INDEX vec IF NOT EXISTS FOR (n:Section) ON (n.embedding)"
        " OPTIONS {indexConfig: {`vector.dimensions`: 3, `vector.similarity_function`: 'cosine'}}"
    )
    store.write("CALL db.awaitIndexes(60)")
    store.write(
        "UNWIND [['a', 'graph database', [1.0, 0.0, 0.0]], ['b', 'cooking', [0.0, 1.0, 0.0]]] AS row"
        " CREATE (n:Section {id: $r + row[0], repository: $r, title: row[1], embedding: row[2]})",
        r=bench.repository,
    )
    store.write("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    text = store.query_readonly(
        "CALL db.index.fulltext.queryNodes('ft', 'graph') YIELD node WHERE node.repository = $r RETURN node.title",
        {"r": bench.repository},
    )
    near = store.query_readonly(
        "CALL db.index.vector.queryNodes('vec', 10, [0.1, 0.9, 0.0]) YIELD node, score"
        " WHERE node.repository = $r RETURN node.title ORDER BY score DESC",
        {"r": bench.repository},
    )
    assert text.rows == [["graph database"]]
    assert near.rows[0] == ["cooking"]
