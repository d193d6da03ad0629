"""Writing while rows are still being made: the same graph in the end, whatever happens on the way."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import msgspec
import neo4j
import pytest

from codestory.exceptions import FencedError, StepFailedError
from codestory.graph.chunks import Group
from codestory.graph.embedded import DATABASE, running
from codestory.graph.first_load import FirstLoad
from codestory.graph.places import Places
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows, edge_key
from codestory.graph.state import StateNode
from codestory.graph.sync import GraphSync
from tests.graph.harness import Workbench, dying

FEW, MANY = 10, 600
"""Units of a load that a thread writes, and of one that gets a process."""

type Give = Callable[[FirstLoad, dict[str, UnitRows]], None]


def rows(bench: Workbench, files: int = 6) -> dict[str, UnitRows]:
    """Files that call each other, hang on file nodes of another step, and use a package."""
    units: dict[str, UnitRows] = {}
    for number in range(files):
        path = f"{number}.py"
        nodes = [bench.function(path, name, line=number) for name in ("one", "two")]
        edges = [
            bench.calls(f"{path}#one", f"{path}#two", confidence=0.9),
            bench.calls(f"{path}#two", f"{(number + 1) % files}.py#one"),
            EdgeRow("DEFINES", "File", bench.id(path), "Function", nodes[0].id, {}, False),
            EdgeRow("CALLS", "Function", nodes[0].id, "Package", bench.id("@package/os")),
        ]
        units[path] = UnitRows(nodes, edges)
    units["@packages"] = UnitRows([NodeRow("Package", bench.id("@package/os"), {"name": "os"})], [])
    return units


def files(bench: Workbench, count: int = 6) -> dict[str, UnitRows]:
    return {f"{n}.py": UnitRows([NodeRow("File", bench.id(f"{n}.py"), {"name": f"{n}.py"})], []) for n in range(count)}


def begin(sync: GraphSync, units: int = FEW) -> FirstLoad:
    load = sync.first_load(units)
    assert load is not None
    return load


def give(load: FirstLoad, units: dict[str, UnitRows]) -> None:
    """All nodes first, then the relationships unit by unit."""
    for unit, wanted in units.items():
        load.add(unit, UnitRows(wanted.nodes, []))
    for unit, wanted in units.items():
        load.complete(unit, UnitRows([], wanted.edges), f"key of {unit}")


def give_in_parts(load: FirstLoad, units: dict[str, UnitRows]) -> None:
    """All nodes first, then every other relationship of each unit, then the rest."""
    for unit, wanted in units.items():
        load.add(unit, UnitRows(wanted.nodes, []))
    for unit, wanted in units.items():
        load.add(unit, UnitRows([], wanted.edges[1::2]))
    load.flush()
    for unit, wanted in units.items():
        load.complete(unit, UnitRows([], wanted.edges[::2]), f"key of {unit}")


def give_at_once(load: FirstLoad, units: dict[str, UnitRows]) -> None:
    """All rows of one unit after the other, those that others point to before them."""
    for unit in sorted(units):
        load.complete(unit, units[unit], f"key of {unit}")


def give_as_expected(load: FirstLoad, units: dict[str, UnitRows]) -> None:
    """All nodes but packages first, then what is expected: some of it right, some different, some that never comes."""
    for unit, wanted in units.items():
        if unit != "@packages":
            load.add(unit, UnitRows(wanted.nodes, []))
    (package,) = units["@packages"].nodes
    repository = package.id.partition(":")[0]
    wrong = NodeRow("Package", f"{repository}:@package/wrong", {"name": "wrong"})
    load.expect("@packages", UnitRows([NodeRow("Package", package.id, {"name": "another"}), wrong], []))
    for unit, wanted in units.items():
        if unit == "@packages":
            continue
        one, two = (node.id for node in wanted.nodes)
        first, *rest = wanted.edges
        expected = [
            EdgeRow(*edge_key(first), {"confidence": 0.1, "lines": [1]}),
            *rest[:2],
            EdgeRow("CALLS", "Function", two, "Function", two),
            EdgeRow("CALLS", "Function", one, "Package", wrong.id),
        ]
        load.expect(unit, UnitRows([], expected))
    load.flush()
    for unit, wanted in units.items():
        load.complete(unit, UnitRows(wanted.nodes if unit == "@packages" else [], wanted.edges), f"key of {unit}")


def load_all(sync: GraphSync, units: dict[str, UnitRows], give: Give = give, count: int = FEW) -> None:
    with begin(sync, count) as load:
        give(load, units)
        load.finish({"table": "blob"})


def written(bench: Workbench) -> Iterator[bool]:
    """Whether there is a call in the graph, again and again: who writes needs a moment."""
    pause = threading.Event()
    for _ in range(3_000):
        yield bool(bench.links("CALLS"))
        pause.wait(0.01)


def forget(bench: Workbench) -> None:
    """Leave nothing of the step, neither in the graph nor on record, so that the next one is a first load."""
    bench.ingest({})
    for name in list(bench.blobs.blobs):
        bench.blobs.delete(name)
    bench.store.write("MATCH (s:StepState) WHERE s.repository = $r DELETE s", r=bench.repository)


def loaded_beside_files(bench: Workbench) -> tuple[GraphSync, str]:
    """A load beside another step's files, not yet committed, and the digest that the graph has to have then."""
    bench.ingest(files(bench), step="filesystem")
    bench.ingest(rows(bench))
    expected = bench.digest()
    forget(bench)
    sync = bench.sync()
    load_all(sync, rows(bench))
    return sync, expected


def links_of(bench: Workbench) -> dict[str, list[EdgeRow]]:
    """The relationships that may lack an end, as they are stored beside the applied state."""
    (name,) = [name for name in bench.blobs.blobs if name.endswith(".links")]
    return msgspec.msgpack.decode(bench.blobs.blobs[name], type=dict[str, list[EdgeRow]])


@pytest.mark.parametrize("count", [FEW, MANY], ids=["by-a-thread", "by-a-process"])
@pytest.mark.parametrize("give", [give, give_in_parts, give_at_once, give_as_expected])
def test_a_load_makes_the_same_graph_and_the_same_state_as_planned_writes(
    bench: Workbench, give: Give, count: int
) -> None:
    wanted = rows(bench)
    if give is give_at_once:
        # Nothing may point to what is given later.
        wanted = {
            unit: UnitRows(one.nodes, [one.edges[0], *one.edges[2:]]) for unit, one in wanted.items() if one.edges
        }
        wanted["@packages"] = rows(bench)["@packages"]
    bench.ingest(wanted)
    expected, units, links = bench.digest(), bench.sync().applied().units, links_of(bench)
    forget(bench)

    sync = bench.sync()
    load_all(sync, wanted, give, count)
    sync.commit()

    assert bench.digest() == expected
    assert links_of(bench) == links
    state = bench.sync().applied()
    assert {unit: record.rows_digest for unit, record in state.units.items()} == {
        unit: record.rows_digest for unit, record in units.items()
    }
    assert state.units["1.py"].key == "key of 1.py"
    assert state.metadata == {"table": "blob"}
    assert not state.is_dirty


def test_what_was_expected_is_counted_only_if_it_came(bench: Workbench) -> None:
    sync = bench.sync()
    with begin(sync) as load:
        give_as_expected(load, rows(bench))
        load.finish({})

    assert (load.counts.nodes, load.counts.relationships, load.counts.deleted) == (13, 18, 0)
    assert len(bench.links("CALLS")) == 18


def test_what_is_expected_is_in_the_graph_before_it_is_given(bench: Workbench) -> None:
    sync = bench.sync()
    with begin(sync) as load:
        load.add("a.py", UnitRows([bench.function("a.py", "one"), bench.function("a.py", "two")], []))
        load.expect("a.py", UnitRows([], [bench.calls("a.py#one", "a.py#two")]))
        load.flush()
        assert any(written(bench))
        load.complete("a.py", UnitRows([], []), "key")
        load.finish({})

    assert bench.links("CALLS") == set()


def test_what_was_given_cannot_be_expected_any_more(bench: Workbench) -> None:
    with pytest.raises(StepFailedError, match=r"a\.py.*twice"), begin(bench.sync()) as load:
        load.add("a.py", UnitRows([bench.function("a.py", "one")], [bench.calls("a.py#one", "a.py#one")]))
        load.expect("a.py", UnitRows([], [bench.calls("a.py#one", "a.py#one")]))


def test_a_load_whose_every_answer_is_lost_makes_the_same_graph(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = rows(bench)
    bench.ingest(wanted)
    expected = bench.digest()
    forget(bench)
    once = bench.store.transaction

    def twice[T](work: Callable[[neo4j.ManagedTransaction], T], *, read: bool = False) -> T:
        # The driver tries again when the connection breaks after the commit; the places of nodes are lost with it.
        once(work, read=read)
        return once(work, read=read)

    monkeypatch.setattr(bench.store, "transaction", twice)
    sync = bench.sync()
    load_all(sync, wanted)
    monkeypatch.undo()
    sync.commit()

    assert bench.digest() == expected


def test_ends_are_known_by_their_place_only_if_all_of_a_group_are() -> None:
    places = Places()
    group = Group("edge", ("CALLS", "Function", "Class"), ("line",), False, [["f", [["c", 1], ["d", 2]]]], 2)
    assert places.of(group) is None
    places.learn("Function", [("f", "#1:0")])
    places.learn("Class", [("c", "#2:0")])
    assert places.of(group) is None
    places.learn("Class", [("d", "#2:1")])
    assert places.of(group) == [["#1:0", [["#2:0", 1], ["#2:1", 2]]]]


def test_an_update_after_a_load_writes_only_the_difference(bench: Workbench) -> None:
    sync = bench.sync()
    load_all(sync, rows(bench))
    sync.commit()
    edited = rows(bench)
    edited["2.py"] = UnitRows([bench.function("2.py", "one", line=9), edited["2.py"].nodes[1]], edited["2.py"].edges)

    result = bench.ingest(edited)

    assert (result.nodes, result.relationships, result.deleted) == (1, 0, 0)


@pytest.mark.parametrize("first", ["files", "symbols"])
def test_a_load_is_linked_with_another_step_whichever_came_first(bench: Workbench, first: str) -> None:
    if first == "files":
        bench.ingest(files(bench), step="filesystem")
    sync = bench.sync()
    load_all(sync, rows(bench))
    assert sync.commit() == (6 if first == "files" else 0)
    if first == "symbols":
        bench.ingest(files(bench), step="filesystem")

    assert len(bench.links("DEFINES")) == 6


def test_another_step_that_commits_in_the_middle_of_a_load_is_linked(bench: Workbench) -> None:
    sync = bench.sync()
    with begin(sync) as load:
        give(load, rows(bench))
        bench.ingest(files(bench), step="filesystem")
        load.finish({})
    sync.commit()

    assert len(bench.links("DEFINES")) == 6


def test_what_an_abandoned_load_wrote_is_gone_after_the_next_one(bench: Workbench) -> None:
    bench.ingest(rows(bench, 3))
    expected = bench.digest()
    bench.ingest({})
    bench.store.write("MATCH (s:StepState) WHERE s.repository = $r DELETE s", r=bench.repository)
    with pytest.raises(ZeroDivisionError), begin(bench.sync()) as load:
        give(load, rows(bench, 6))
        raise ZeroDivisionError

    sync = bench.sync()
    load_all(sync, rows(bench, 3))
    sync.commit()

    assert bench.digest() == expected


def test_planned_writes_after_an_abandoned_load_leave_nothing_of_it(bench: Workbench) -> None:
    with pytest.raises(ZeroDivisionError), begin(bench.sync()) as load:
        give(load, rows(bench, 6))
        raise ZeroDivisionError

    bench.ingest(rows(bench, 2))

    assert bench.names() == {"0.py#one", "0.py#two", "1.py#one", "1.py#two"}
    assert len(bench.links("CALLS")) == 6


def test_an_attempt_whose_result_was_lost_finds_what_it_reached(bench: Workbench) -> None:
    sync = bench.sync(run="the run")
    assert sync.loaded() is None
    load_all(sync, rows(bench))

    again = bench.sync(run="the run")
    reached = again.loaded()

    assert reached is not None
    assert reached.metadata == {"table": "blob"}
    assert again.first_load(10) is None
    again.commit()
    assert again.loaded() is None
    assert len(bench.links("CALLS")) == 18


def test_only_a_step_without_anything_in_the_graph_is_loaded(bench: Workbench) -> None:
    bench.ingest(rows(bench))

    assert bench.sync().first_load(10) is None


def test_more_units_than_one_activity_should_write_are_not_loaded(bench: Workbench) -> None:
    assert bench.sync().first_load(1_000_000) is None


@pytest.mark.parametrize("count", [FEW, MANY], ids=["by-a-thread", "by-a-process"])
def test_a_load_that_lost_the_pen_writes_no_more(bench: Workbench, count: int) -> None:
    sync = bench.sync()
    with pytest.raises(FencedError), begin(sync, count) as load:
        give(load, rows(bench, 2))
        bench.sync().fence()
        load.finish({})

    assert bench.names() == set()


def test_two_units_cannot_own_the_same_node(bench: Workbench) -> None:
    with pytest.raises(StepFailedError, match=r"a\.py.*b\.py"), begin(bench.sync()) as load:
        load.add("a.py", UnitRows([bench.function("a.py", "one")], []))
        load.add("b.py", UnitRows([bench.function("a.py", "one")], []))


def test_a_unit_that_was_begun_must_be_completed(bench: Workbench) -> None:
    with pytest.raises(StepFailedError, match="never completed"), begin(bench.sync()) as load:
        load.add("a.py", UnitRows([bench.function("a.py", "one")], []))
        load.finish({})


def test_nodes_of_one_unit_may_come_in_parts(bench: Workbench) -> None:
    sync = bench.sync()
    with begin(sync) as load:
        load.add("a.py", UnitRows([bench.function("a.py", "two")], []))
        load.add("a.py", UnitRows([bench.function("a.py", "one")], []))
        load.complete("a.py", UnitRows([bench.function("a.py", "three")], []), "key")
        load.finish({})
    sync.commit()

    assert bench.names() == {"a.py#one", "a.py#two", "a.py#three"}
    assert bench.ingest({"a.py": UnitRows([bench.function("a.py", n) for n in ("one", "two", "three")], [])}).nodes == 0


def test_a_relationship_cannot_be_given_twice(bench: Workbench) -> None:
    with pytest.raises(StepFailedError, match=r"CALLS.*one.*two.*twice"), begin(bench.sync()) as load:
        load.add("a.py", UnitRows([bench.function("a.py", name) for name in ("one", "two")], []))
        load.add("a.py", UnitRows([], [bench.calls("a.py#one", "a.py#two")]))
        load.complete("a.py", UnitRows([], [bench.calls("a.py#one", "a.py#two", confidence=0.5)]), "key")


def test_what_is_flushed_is_written_before_more_is_given(bench: Workbench) -> None:
    with begin(bench.sync()) as load:
        load.add("a.py", UnitRows([bench.function("a.py", name) for name in ("one", "two")], []))
        load.add("a.py", UnitRows([], [bench.calls("a.py#one", "a.py#two")]))
        load.flush()
        assert any(written(bench))
        load.complete("a.py", UnitRows([], []), "key")
        load.finish({})

    assert bench.links("CALLS") == {("a.py#one", "a.py#two")}


def test_relationships_to_another_steps_nodes_are_written_once_whoever_dies_while_linking(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codestory.graph.links.ROWS_PER_CHUNK", 2)
    sync, expected = loaded_beside_files(bench)
    deaths = 0
    for allowed in (0, 1, 2, 50):
        with monkeypatch.context() as patched, contextlib.suppress(ZeroDivisionError):
            patched.setattr(bench.store, "transaction", dying(bench.store.transaction, allowed, answers_lost=True))
            sync.commit()
            break
        deaths += 1

    assert deaths == 3
    assert bench.digest() == expected


def test_a_step_that_comes_between_a_load_and_its_commit_links_for_it(bench: Workbench) -> None:
    bench.ingest(files(bench), step="filesystem")
    bench.ingest(rows(bench))
    expected = bench.digest()
    bench.ingest({}, step="filesystem")
    forget(bench)

    sync = bench.sync()
    load_all(sync, rows(bench))
    bench.ingest(files(bench), step="filesystem")
    assert len(bench.links("DEFINES")) == 6
    assert sync.commit() == 6

    # What is another step's is not counted as the work of a load.
    other = bench.sync("other")
    load_all(other, {"n.py": UnitRows([NodeRow("Summary", bench.id("n"), {"name": "n"})], [])})
    assert other.commit() == 0
    bench.ingest({}, step="other")

    assert bench.digest() == expected


def test_an_attempt_that_commits_after_its_client_is_gone_is_not_written_again(
    embedded_bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = embedded_bench
    sync, expected = loaded_beside_files(bench)
    server = running(bench.store.settings.folder)
    assert server is not None
    look = StateNode.next_own
    ghosts = 0

    def ghost(tx: neo4j.ManagedTransaction, state: str) -> None:
        tx.run(
            "MATCH (a:File {repository: $r}) MATCH (b:Function {id: a.id + '#one'}) CREATE (a)-[:DEFINES]->(b)",
            r=bench.repository,
        ).consume()
        tx.run("MATCH (s:StepState {id: $id}) SET s.own = 1", id=state).consume()

    def look_while_a_ghost_commits(self: StateNode, tx: neo4j.ManagedTransaction) -> int | None:
        nonlocal ghosts
        found = look(self, tx)
        if ghosts == 0:
            ghosts = 1
            with (
                neo4j.GraphDatabase.driver(server.uri, auth=("root", server.password)) as driver,
                driver.session(database=DATABASE) as session,
            ):
                session.execute_write(ghost, self.id)
        return found

    monkeypatch.setattr(StateNode, "next_own", look_while_a_ghost_commits)
    sync.commit()

    assert ghosts == 1
    assert bench.digest() == expected
