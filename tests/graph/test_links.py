"""Relationships between nodes of different steps, in whatever order the steps come."""

from __future__ import annotations

import itertools

import pytest

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from tests.graph.harness import MemoryBlobs, Workbench


def files(bench: Workbench, *paths: str) -> dict[str, UnitRows]:
    return {path: UnitRows([NodeRow("File", bench.id(path), {"name": path})], []) for path in paths}


def modules(bench: Workbench, *paths: str) -> dict[str, UnitRows]:
    units: dict[str, UnitRows] = {}
    for path in paths:
        module = NodeRow("Module", bench.id(f"{path}#"), {"name": path})
        defines = EdgeRow("DEFINES", "File", bench.id(path), "Module", bench.id(f"{path}#"), {}, False)
        units[path] = UnitRows([module], [defines])
    return units


def documents(bench: Workbench, *targets: str) -> dict[str, UnitRows]:
    section = NodeRow("Section", bench.id("README.md#intro"), {"title": "Intro"})
    links = [
        EdgeRow("DESCRIBES", "Section", section.id, "Module", bench.id(f"{path}#"), {"how": "link"}, False)
        for path in targets
    ]
    return {"README.md": UnitRows([section], links)}


@pytest.mark.parametrize("order", list(itertools.permutations(["files", "modules", "documents"])), ids="-".join)
def test_steps_are_linked_whatever_comes_first(bench: Workbench, order: tuple[str, ...]) -> None:
    for step in order:
        match step:
            case "files":
                bench.ingest(files(bench, "a.py", "b.py"), step)
            case "modules":
                bench.ingest(modules(bench, "a.py", "b.py"), step)
            case _:
                bench.ingest(documents(bench, "a.py", "c.py"), step)

    assert bench.links("DEFINES") == {("a.py", "a.py#"), ("b.py", "b.py#")}
    assert bench.links("DESCRIBES") == {("README.md#intro", "a.py#")}


def test_a_target_that_appears_later_is_linked_when_it_does(bench: Workbench) -> None:
    bench.ingest(documents(bench, "late.py"), "documents")
    bench.ingest(modules(bench, "a.py"), "modules")
    assert bench.links("DESCRIBES") == set()

    bench.ingest(modules(bench, "a.py", "late.py"), "modules")

    assert bench.links("DESCRIBES") == {("README.md#intro", "late.py#")}


def test_links_from_other_steps_survive_a_rewrite_of_their_target(bench: Workbench) -> None:
    bench.ingest(modules(bench, "a.py"), "modules")
    bench.ingest(documents(bench, "a.py"), "documents")
    edited = modules(bench, "a.py")
    edited["a.py"].nodes[0].properties["lines"] = 10

    bench.ingest(edited, "modules")

    assert bench.links("DESCRIBES") == {("README.md#intro", "a.py#")}


def test_a_target_that_disappears_and_returns_is_linked_again(bench: Workbench) -> None:
    bench.ingest(files(bench, "a.py", "b.py"), "files")
    bench.ingest(modules(bench, "a.py", "b.py"), "modules")
    bench.ingest(files(bench, "b.py"), "files")
    assert bench.links("DEFINES") == {("b.py", "b.py#")}

    bench.ingest(files(bench, "a.py", "b.py"), "files")

    assert bench.links("DEFINES") == {("a.py", "a.py#"), ("b.py", "b.py#")}


def test_a_link_that_its_owner_gave_up_is_not_brought_back(bench: Workbench) -> None:
    bench.ingest(documents(bench, "a.py", "b.py"), "documents")
    bench.ingest(documents(bench, "b.py"), "documents")

    bench.ingest(modules(bench, "a.py", "b.py"), "modules")

    assert bench.links("DESCRIBES") == {("README.md#intro", "b.py#")}


def test_links_announced_by_a_run_still_writing_are_not_missed(bench: Workbench) -> None:
    writing = bench.sync("documents")
    batches = bench.plan(writing, documents(bench, "a.py"))
    for batch in batches:
        bench.write(writing, batch)
    bench.ingest(modules(bench, "a.py"), "modules")

    writing.commit()

    assert bench.links("DESCRIBES") == {("README.md#intro", "a.py#")}


def test_linking_again_changes_nothing(bench: Workbench) -> None:
    bench.ingest(documents(bench, "a.py"), "documents")
    bench.ingest(modules(bench, "a.py"), "modules", run="again")
    before = bench.digest()

    assert bench.sync("modules", run="again").link_pending() == 1
    assert bench.digest() == before


def test_links_come_back_after_a_lost_record(bench: Workbench) -> None:
    bench.ingest(files(bench, "a.py"), "files")
    bench.ingest(modules(bench, "a.py"), "modules")
    bench.ingest(documents(bench, "a.py"), "documents")
    before = bench.digest()
    for name in [name for name in bench.blobs.blobs if "/modules/" in name]:
        del bench.blobs.blobs[name]

    bench.ingest(modules(bench, "a.py"), "modules")

    assert bench.digest() == before


def test_repositories_do_not_see_each_other(bench: Workbench) -> None:
    other = Workbench(bench.store, MemoryBlobs(), f"{bench.repository}-other")
    bench.ingest(documents(bench, "a.py"), "documents")

    other.ingest(modules(other, "a.py"), "modules")

    assert bench.links("DESCRIBES") == set()


def test_a_relationship_linked_by_the_other_step_in_the_middle_is_not_written_twice(bench: Workbench) -> None:
    waiting = {
        "a.py": UnitRows(
            [bench.function("a.py", "one")],
            [EdgeRow("DEFINES", "File", bench.id("a.py"), "Function", bench.id("a.py#one"), {}, False)],
        )
    }
    sync = bench.sync()
    nodes, edges = bench.plan(sync, waiting)
    bench.write(sync, nodes)
    bench.ingest({"a.py": UnitRows([NodeRow("File", bench.id("a.py"), {"name": "a.py"})], [])}, step="filesystem")
    assert bench.links("DEFINES") == {("a.py", "a.py#one")}

    bench.write(sync, edges)
    sync.commit()

    assert bench.links("DEFINES") == {("a.py", "a.py#one")}


def test_two_units_cannot_own_the_same_waiting_relationship(bench: Workbench) -> None:
    edge = EdgeRow("DEFINES", "File", bench.id("a.py"), "Function", bench.id("a.py#one"), {}, False)
    with pytest.raises(StepFailedError, match=r"a\.py.*b\.py"):
        bench.plan(
            bench.sync(),
            {"a.py": UnitRows([bench.function("a.py", "one")], [edge]), "b.py": UnitRows([], [edge])},
        )
