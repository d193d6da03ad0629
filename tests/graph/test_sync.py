"""The synchroniser on every kind of store: what is written, what is left alone, and what happens twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from codestory.exceptions import CancelledError, FencedError, StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.sync import DELETE, WRITE_EDGES, WRITE_NODES, write_stages
from tests.graph.harness import CancelledToken, Heard, Token, Workbench


def two_files(bench: Workbench) -> dict[str, UnitRows]:
    return {
        "a.py": UnitRows(
            [bench.function("a.py", "one", line=1), bench.function("a.py", "two", line=9)],
            [bench.calls("a.py#one", "a.py#two", confidence=1.0), bench.calls("a.py#two", "b.py#three")],
        ),
        "b.py": UnitRows([bench.function("b.py", "three", line=1)], [bench.calls("b.py#three", "a.py#one")]),
    }


def test_a_new_repository_is_written_completely(bench: Workbench) -> None:
    result = bench.ingest(two_files(bench))

    assert (result.nodes, result.relationships, result.deleted) == (3, 3, 0)
    assert bench.names() == {"a.py#one", "a.py#two", "b.py#three"}
    assert bench.links("CALLS") == {("a.py#one", "a.py#two"), ("a.py#two", "b.py#three"), ("b.py#three", "a.py#one")}


def test_every_node_tells_where_it_comes_from(bench: Workbench) -> None:
    bench.ingest(two_files(bench))

    found = bench.store.read("MATCH (n:Function {id: $id}) RETURN properties(n) AS p", id=bench.id("a.py#one"))
    assert found[0]["p"] == {
        "id": bench.id("a.py#one"),
        "repository": bench.repository,
        "path": "a.py",
        "step": "syntax",
        "name": "one",
        "line": 1,
    }


def test_the_applied_state_is_what_was_committed(bench: Workbench) -> None:
    sync = bench.sync()
    assert sync.applied().is_empty

    for batch in bench.plan(sync, two_files(bench), {"table": "blob"}):
        bench.write(sync, batch)
    sync.commit()

    state = bench.sync().applied()
    assert sorted(state.units) == ["a.py", "b.py"]
    assert state.units["a.py"].key == "key of a.py"
    assert state.metadata == {"table": "blob"}
    assert not state.is_dirty


def test_the_same_rows_again_write_nothing(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    before = bench.digest()
    sync = bench.sync()

    assert bench.plan(sync, two_files(bench)) == []
    sync.commit()

    assert bench.digest() == before
    assert bench.sync().applied().units["a.py"].key == "key of a.py"


def test_only_the_difference_is_written(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    edited = two_files(bench)
    edited["b.py"] = UnitRows([bench.function("b.py", "three", line=2)], edited["b.py"].edges)

    result = bench.ingest(edited)

    assert (result.nodes, result.relationships, result.deleted) == (1, 0, 0)
    found = bench.store.read("MATCH (n:Function {id: $id}) RETURN n.line AS line", id=bench.id("b.py#three"))
    assert found == [{"line": 2}]


def test_a_property_that_is_no_longer_wanted_disappears(bench: Workbench) -> None:
    bench.ingest({"a.py": UnitRows([bench.function("a.py", "one", doc="text")], [])})
    bench.ingest({"a.py": UnitRows([bench.function("a.py", "one", doc=None)], [])})

    found = bench.store.read("MATCH (n:Function {id: $id}) RETURN keys(n) AS keys", id=bench.id("a.py#one"))
    assert "doc" not in found[0]["keys"]


def test_a_removed_unit_takes_everything_it_owned(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    left = {"b.py": UnitRows([bench.function("b.py", "three", line=1)], [])}

    result = bench.ingest(left)

    assert bench.names() == {"b.py#three"}
    assert bench.links("CALLS") == set()
    assert result.deleted == 2


def test_a_removed_relationship_leaves_its_ends(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    edited = two_files(bench)
    edited["b.py"] = UnitRows(edited["b.py"].nodes, [])

    result = bench.ingest(edited)

    assert (result.nodes, result.relationships, result.deleted) == (0, 0, 1)
    assert len(bench.names()) == 3
    assert ("b.py#three", "a.py#one") not in bench.links("CALLS")


def test_a_node_that_moves_to_another_unit_is_kept(bench: Workbench) -> None:
    shared = NodeRow("Package", bench.id("@package/os"), {"name": "os"})
    user = EdgeRow("IMPORTS", "Function", bench.id("a.py#one"), "Package", bench.id("@package/os"))
    bench.ingest(
        {
            "a.py": UnitRows([bench.function("a.py", "one")], [user]),
            "old": UnitRows([shared], []),
        }
    )
    bench.ingest(
        {
            "a.py": UnitRows([bench.function("a.py", "one")], [user]),
            "new": UnitRows([shared], []),
        }
    )

    assert bench.links("IMPORTS") == {("a.py#one", "@package/os")}
    found = bench.store.read("MATCH (n:Package {id: $id}) RETURN n.path AS path", id=bench.id("@package/os"))
    assert found == [{"path": "new"}]


def test_a_node_that_changes_its_label_is_replaced(bench: Workbench) -> None:
    bench.ingest({"a.py": UnitRows([bench.function("a.py", "one")], [])})
    bench.ingest({"a.py": UnitRows([NodeRow("Class", bench.id("a.py#one"), {"name": "one"})], [])})

    found = bench.store.read("MATCH (n) WHERE n.id = $id RETURN labels(n) AS labels", id=bench.id("a.py#one"))
    assert found == [{"labels": ["Class"]}]


def test_two_units_may_not_own_the_same_node(bench: Workbench) -> None:
    node = bench.function("a.py", "one")

    with pytest.raises(StepFailedError, match=r"'a\.py' and 'b\.py'"):
        bench.ingest({"a.py": UnitRows([node], []), "b.py": UnitRows([node], [])})


def test_a_relationship_without_its_end_is_reported_not_invented(bench: Workbench) -> None:
    sync = bench.sync()
    heard = Heard()
    rows = UnitRows([bench.function("a.py", "one")], [bench.calls("a.py#one", "gone.py#two")])

    for batch in bench.plan(sync, {"a.py": rows}):
        sync.write(batch, Token(), heard)

    assert bench.links("CALLS") == set()
    assert len(heard.warnings) == 1
    assert heard.warnings[0].startswith("1 relationships of step syntax were not written")


@pytest.mark.parametrize("twice", [WRITE_NODES, WRITE_EDGES, DELETE])
def test_a_batch_that_runs_twice_changes_nothing_the_second_time(bench: Workbench, twice: str) -> None:
    bench.ingest(two_files(bench))
    edited = {"a.py": two_files(bench)["a.py"], "c.py": UnitRows([bench.function("c.py", "four")], [])}
    edited["c.py"].edges.append(bench.calls("c.py#four", "a.py#one"))
    sync = bench.sync()
    for batch in bench.plan(sync, edited):
        first = bench.write(sync, batch)
        if batch.stage == twice:
            assert bench.write(sync, batch) == first
    sync.commit()
    updated = bench.digest()

    fresh = Workbench(bench.store, type(bench.blobs)(), f"{bench.repository}-fresh")
    fresh.ingest(
        {
            "a.py": two_files(fresh)["a.py"],
            "c.py": UnitRows([fresh.function("c.py", "four")], [fresh.calls("c.py#four", "a.py#one")]),
        }
    )
    assert updated == fresh.digest()


def test_a_batch_that_two_workers_run_at_once_is_written_once(bench: Workbench) -> None:
    sync = bench.sync()
    units = {
        f"f{n}.py": UnitRows(
            [bench.function(f"f{n}.py", f"x{i}") for i in range(20)],
            [bench.calls(f"f{n}.py#x{i}", f"f{n}.py#x{i + 1}") for i in range(19)],
        )
        for n in range(20)
    }
    batches = bench.plan(sync, units)
    twin = bench.sync(run=sync.run)

    with ThreadPoolExecutor(4) as pool:
        for batch in batches:
            futures = [pool.submit(bench.write, one, batch) for one in (sync, twin, sync, twin)]
            results = [future.result() for future in futures]
            assert all(result == results[0] for result in results)
    sync.commit()

    assert len(bench.names()) == 400
    assert len(bench.links("CALLS")) == 380


def test_planning_twice_in_one_run_gives_the_same_batches(bench: Workbench) -> None:
    sync = bench.sync()
    first = bench.plan(sync, two_files(bench))
    bench.write(sync, first[0])

    assert bench.plan(bench.sync(run=sync.run), two_files(bench)) == first


def test_a_replaced_run_cannot_write_any_more(bench: Workbench) -> None:
    zombie = bench.sync()
    batches = bench.plan(zombie, two_files(bench))
    bench.write(zombie, batches[0])
    successor = bench.sync()
    plan = bench.plan(successor, {"z.py": UnitRows([bench.function("z.py", "z")], [])})

    with pytest.raises(FencedError):
        bench.write(zombie, batches[1])
    with pytest.raises(FencedError):
        zombie.commit()
    with pytest.raises(FencedError):
        bench.plan(zombie, two_files(bench))
    for batch in plan:
        bench.write(successor, batch)
    successor.commit()
    assert bench.names() == {"z.py#z"}


def test_a_fenced_run_cannot_take_the_pen_back(bench: Workbench) -> None:
    cancelled = bench.sync()
    batches = bench.plan(cancelled, two_files(bench))
    bench.sync().fence()

    with pytest.raises(FencedError):
        bench.write(cancelled, batches[0])
    with pytest.raises(FencedError):
        cancelled.begin()
    assert bench.names() == set()


def test_a_run_can_be_fenced_before_it_begins(bench: Workbench) -> None:
    bench.sync().fence("late")

    with pytest.raises(FencedError):
        bench.plan(bench.sync(run="late"), two_files(bench))


def test_a_run_that_began_and_died_is_noticed_and_repaired(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    dead = bench.sync()
    other = {
        "a.py": UnitRows([bench.function("a.py", "other")], []),
        "n.py": UnitRows([bench.function("n.py", "n")], []),
    }
    for batch in bench.plan(dead, other)[:1]:
        bench.write(dead, batch)

    state = bench.sync().applied()
    assert state.is_dirty
    assert sorted(state.units) == ["a.py", "b.py"]

    bench.ingest(two_files(bench))
    assert bench.names() == {"a.py#one", "a.py#two", "b.py#three"}
    assert len(bench.links("CALLS")) == 3
    assert not bench.sync().applied().is_dirty


def test_the_pen_alone_keeps_a_dead_run_noticed(bench: Workbench) -> None:
    dead = bench.sync()
    bench.write(dead, bench.plan(dead, two_files(bench))[0])

    heir = bench.sync()
    heir.begin()

    assert heir.applied().is_dirty
    with pytest.raises(FencedError):
        dead.commit()


def test_a_commit_before_all_batches_are_written_is_refused(bench: Workbench) -> None:
    sync = bench.sync()
    batches = bench.plan(sync, two_files(bench))
    bench.write(sync, batches[0])

    with pytest.raises(StepFailedError, match="1 of its 2"):
        sync.commit()


def test_committing_twice_is_committing_once(bench: Workbench) -> None:
    sync = bench.sync()
    for batch in bench.plan(sync, two_files(bench)):
        bench.write(sync, batch)

    sync.commit()
    sync.commit()

    receipts = bench.store.read("MATCH (r:Receipt) WHERE r.repository = $r RETURN count(r) AS n", r=bench.repository)
    assert receipts == [{"n": 0}]


def test_a_cancelled_job_stops_between_transactions(bench: Workbench) -> None:
    sync = bench.sync()
    batches = bench.plan(sync, two_files(bench))

    with pytest.raises(CancelledError):
        sync.write(batches[0], CancelledToken(), Heard())
    assert bench.names() == set()


def test_superseded_packs_and_plans_are_removed(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    size = len(bench.blobs.blobs)
    for line in range(4):
        bench.ingest(
            {
                "a.py": UnitRows([bench.function("a.py", "one", line=line)], []),
                "b.py": UnitRows([bench.function("b.py", "three")], []),
            }
        )

    assert len(bench.blobs.blobs) == size


def test_a_step_whose_record_was_lost_is_written_anew(bench: Workbench) -> None:
    bench.ingest(two_files(bench))
    before = bench.digest()
    bench.blobs.blobs.clear()

    state = bench.sync().applied()
    assert state.is_empty
    assert state.is_dirty

    bench.ingest(two_files(bench))
    assert bench.digest() == before
    assert not bench.sync().applied().is_dirty


def test_stages_are_serial_where_one_writer_is_fastest(bench: Workbench) -> None:
    stages = write_stages(bench.store)

    assert [stage.name for stage in stages] == [WRITE_NODES, WRITE_EDGES, DELETE]
    expected = None if bench.store.capabilities.parallel_writers else 1
    assert {stage.concurrency for stage in stages} == {expected}


def test_several_writers_share_a_stage_without_losing_a_row(bench: Workbench) -> None:
    sync = bench.sync()
    # Long names make the chunks so big that they are split into several transactions.
    text = "x" * 3000
    units = {
        f"f{n}.py": UnitRows(
            [bench.function(f"f{n}.py", f"x{i}", text=text) for i in range(100)],
            [bench.calls(f"f{n}.py#x{i}", f"f{(n + 1) % 40}.py#x{i}", text=text) for i in range(100)],
        )
        for n in range(40)
    }
    batches = bench.plan(sync, units)

    def write_part(stage: str) -> None:
        chosen = [batch for batch in batches if batch.stage == stage]
        single = [
            type(batch)(f"{batch.id}-{name}", batch.stage, 1, {**batch.payload, "chunks": [name]})
            for batch in chosen
            for name in batch.payload["chunks"]
        ]
        assert len(single) > 1
        with ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(bench.write, bench.sync(run=sync.run), batch) for batch in single]
            for future in futures:
                future.result()

    write_part(WRITE_NODES)
    write_part(WRITE_EDGES)
    sync.commit()

    assert len(bench.names()) == 4000
    assert len(bench.links("CALLS")) == 4000


def test_a_node_can_lose_very_many_relationships_at_once(bench: Workbench) -> None:
    count = 500
    nodes = [bench.function("a.py", "hub"), *(bench.function("a.py", f"f{number}") for number in range(count))]
    out = [bench.calls("a.py#hub", f"a.py#f{number}") for number in range(count)]
    back = [bench.calls(f"a.py#f{number}", "a.py#hub") for number in range(count)]
    bench.ingest({"a.py": UnitRows(nodes, [*out, *back])})

    result = bench.ingest({"a.py": UnitRows(nodes, [*out[::100], *back[::100]])})

    assert result.deleted == 2 * (count - count // 100)
    assert len(bench.links("CALLS")) == 2 * count // 100
