"""The filesystem step on a real graph: what it writes, and how little of it a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from codestory.exceptions import CancelledError, FencedError, StepFailedError
from codestory.graph.rows import UnitRows
from codestory.graph.store import GraphStore
from codestory.ingestion_pipeline.step import StepContext
from codestory.snapshots import FileEntry, SnapshotBuilder
from codestory.sources import snapshot_folder
from codestory.storage import FolderBlobStore
from plugins.filesystem.step import FilesystemOptions, FilesystemStep
from tests.plugins.filesystem.conftest import MakeContext
from tests.support.sdists import sdist
from tests.support.step_driver import run_step

FILES = {
    "README.md": b"# Title\n\ntext",
    "src/app/main.py": b"import os\n",
    "src/app/__init__.py": b"",
    "src/logo.png": b"\x89PNG\r\n\x1a\n\0\0",
    "empty/": b"",
}


def nodes(graph: GraphStore, repository: str, label: str) -> dict[str, dict[str, Any]]:
    rows = graph.read(
        f"MATCH (n:{label}) WHERE n.repository = $repository RETURN properties(n) AS found", repository=repository
    )
    return {row["found"]["path"]: row["found"] for row in rows}


def contains(graph: GraphStore, repository: str) -> set[tuple[str, str]]:
    rows = graph.read(
        "MATCH (a)-[:CONTAINS]->(b) WHERE b.repository = $repository RETURN a.id AS parent, b.id AS child",
        repository=repository,
    )
    return {(row["parent"], row["child"]) for row in rows}


def picture(graph: GraphStore, repository: str) -> object:
    labels = ("Repository", "Directory", "File")
    return [nodes(graph, repository, label) for label in labels], contains(graph, repository)


def test_files_and_directories_are_in_the_graph_with_what_is_known_of_them(
    graph: GraphStore, context: MakeContext, repository: str
) -> None:
    ran = run_step(FilesystemStep(), context(FILES))
    assert ran.plan.reasons == {"missing": 8}
    assert list(nodes(graph, repository, "Repository").values()) == [
        {"id": repository, "name": repository, "path": "", "repository": repository, "step": "filesystem"}
    ]
    assert nodes(graph, repository, "Directory")["src/app"] == {
        "id": f"{repository}:src/app",
        "name": "app",
        "path": "src/app",
        "depth": 2,
        "repository": repository,
        "step": "filesystem",
    }
    files = nodes(graph, repository, "File")
    assert files["src/app/main.py"] == {
        "id": f"{repository}:src/app/main.py",
        "name": "main.py",
        "path": "src/app/main.py",
        "extension": ".py",
        "size": 10,
        "content_type": "text/x-python",
        "language": "python",
        "is_binary": False,
        "lines": 1,
        "content_hash": hashlib.sha256(b"import os\n").hexdigest(),
        "repository": repository,
        "step": "filesystem",
    }
    assert (files["README.md"]["lines"], files["README.md"]["language"]) == (3, "markdown")
    assert files["src/logo.png"]["is_binary"] is True
    assert files["src/logo.png"]["content_type"] == "image/png"
    assert "lines" not in files["src/logo.png"]
    assert contains(graph, repository) == {
        (repository, f"{repository}:README.md"),
        (repository, f"{repository}:src"),
        (repository, f"{repository}:empty"),
        (f"{repository}:src", f"{repository}:src/app"),
        (f"{repository}:src", f"{repository}:src/logo.png"),
        (f"{repository}:src/app", f"{repository}:src/app/main.py"),
        (f"{repository}:src/app", f"{repository}:src/app/__init__.py"),
    }


def test_the_same_again_plans_nothing(context: MakeContext, blobs: FolderBlobStore) -> None:
    run_step(FilesystemStep(), context(FILES))
    again = run_step(FilesystemStep(), context(FILES))
    assert (again.plan.stages, again.plan.stale, again.plan.units) == ((), 0, 8)
    assert again.plan.reasons == {"not_stale": 8}
    assert again.summary.message == "nothing changed"
    assert list(blobs.names("units/")) == []


def test_one_edited_file_is_one_node_written(graph: GraphStore, context: MakeContext, repository: str) -> None:
    run_step(FilesystemStep(), context(FILES))
    ran = run_step(FilesystemStep(), context({**FILES, "README.md": b"new"}))
    assert ran.plan.reasons == {"input_changed": 1, "not_stale": 7}
    assert (ran.totals.nodes, ran.totals.relationships, ran.totals.deleted) == (1, 0, 0)
    assert nodes(graph, repository, "File")["README.md"]["size"] == 3


def test_updates_end_with_the_graph_of_a_fresh_run(graph: GraphStore, context: MakeContext, repository: str) -> None:
    first = {"a": b"1", "d/b": b"2", "d/e/c": b"3", "gone/x": b"4"}
    second = {"a/now-a-folder": b"1", "d/b": b"22", "d/moved": b"3", "new/": b""}
    run_step(FilesystemStep(), context(first))
    ran = run_step(FilesystemStep(), context(second))
    updated = picture(graph, repository)
    assert ran.plan.reasons["removed"] == 5
    graph.write("MATCH (n) WHERE n.repository = $repository DETACH DELETE n", repository=repository)
    graph.write("MATCH (n:StepState) WHERE n.id STARTS WITH $repository DELETE n", repository=repository)
    run_step(FilesystemStep(), context(second))
    assert picture(graph, repository) == updated


def test_every_batch_may_run_twice(graph: GraphStore, context: MakeContext, repository: str) -> None:
    run_step(FilesystemStep(), context(FILES), twice=True)
    assert len(nodes(graph, repository, "File")) == 4
    assert len(contains(graph, repository)) == 7


def test_a_run_that_died_half_way_is_made_good_by_the_next(
    graph: GraphStore, context: MakeContext, repository: str
) -> None:
    step, dying = FilesystemStep(), context(FILES)
    plan = step.plan(dying)
    by_stage = {stage.name: list(stage.batches) for stage in plan.stages}
    for batch in by_stage["collect"]:
        step.process(batch, dying)
    (first, *_) = step.process(by_stage["plan_writes"][0], dying).follow_up
    step.process(first, dying)
    less = {path: content for path, content in FILES.items() if not path.startswith("src/app")}
    run_step(FilesystemStep(), context(less))
    assert set(nodes(graph, repository, "File")) == {"README.md", "src/logo.png"}
    with pytest.raises(FencedError):
        step.process(first, dying)


def test_a_full_run_looks_at_everything_and_writes_nothing_new(context: MakeContext) -> None:
    run_step(FilesystemStep(), context(FILES))
    ran = run_step(FilesystemStep(), context(FILES, full=True))
    assert ran.plan.reasons == {"requested": 8}
    assert (ran.totals.units, ran.totals.nodes, ran.totals.deleted) == (8, 0, 0)


def test_changed_options_make_the_step_stale_and_take_away_what_is_now_ignored(
    graph: GraphStore, context: MakeContext, repository: str
) -> None:
    run_step(FilesystemStep(), context(FILES))
    ran = run_step(FilesystemStep(), context(FILES, ignore_patterns=["*.png", "src/app/"]))
    assert ran.plan.reasons == {"options_changed": 4, "removed": 4}
    assert set(nodes(graph, repository, "File")) == {"README.md"}
    assert set(nodes(graph, repository, "Directory")) == {"src", "empty"}


def test_what_is_deeper_than_the_limit_is_left_out(graph: GraphStore, context: MakeContext, repository: str) -> None:
    run_step(FilesystemStep(), context(FILES, max_depth=2))
    assert set(nodes(graph, repository, "File")) == {"README.md", "src/logo.png"}
    assert set(nodes(graph, repository, "Directory")) == {"src", "src/app", "empty"}


def test_names_that_mean_something_elsewhere_are_only_names(
    graph: GraphStore, context: MakeContext, repository: str
) -> None:
    names = ["'}) DETACH DELETE n--", "`", "$param", '"', "a#b", "@packages", "%2F", "ünïcode", r"new\x0aline", "a:b"]
    run_step(FilesystemStep(), context(dict.fromkeys(names, b"") | {f"d/{name}": b"" for name in names}))
    assert set(nodes(graph, repository, "File")) == {*names, *(f"d/{name}" for name in names)}
    assert len(contains(graph, repository)) == 21


def test_a_file_that_is_not_kept_has_size_and_hash_but_no_lines(
    graph: GraphStore, context: MakeContext, blobs: FolderBlobStore, repository: str
) -> None:
    builder = SnapshotBuilder(blobs)
    builder.add_beginning(FileEntry("large.sql", "0" * 64, 50_000_000, 0o100644), b"INSERT INTO")
    run_step(FilesystemStep(), context(builder.finish()))
    (large,) = nodes(graph, repository, "File").values()
    assert (large["size"], large["content_hash"], large["is_binary"]) == (50_000_000, "0" * 64, False)
    assert "lines" not in large


def test_there_are_never_more_than_two_hundred_batches(context: MakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FilesystemStep, "batch_size", 2)
    plan = FilesystemStep().plan(context({f"f{number}": b"" for number in range(1000)}))
    collect = plan.stages[0]
    assert len(collect.batches) == 167
    assert sum(batch.weight for batch in collect.batches) == 1001


def test_a_cancelled_job_stops_between_two_files(context: MakeContext) -> None:
    class Cancelled:
        def raise_if_cancelled(self) -> None:
            raise CancelledError("cancelled")

    made = context(FILES)
    plan = FilesystemStep().plan(made)
    object.__setattr__(made, "token", Cancelled())
    with pytest.raises(CancelledError):
        FilesystemStep().process(plan.stages[0].batches[0], made)


def test_a_step_may_arrange_its_units_in_groups_and_keep_metadata(context: MakeContext) -> None:
    class Arranged(FilesystemStep):
        seen: Sequence[str] = ()

        def arrange(self, stale: Sequence[str], context: StepContext[FilesystemOptions]) -> Sequence[Sequence[str]]:
            return [[unit for unit in stale if unit.endswith("/")], [], [unit for unit in stale if unit[-1] != "/"]]

        def metadata(self, context: StepContext[FilesystemOptions]) -> dict[str, Any]:
            return {"files": len(context.snapshot.files)}

    made = context(FILES)
    ran = run_step(Arranged(), made)
    assert ran.batches == {
        "collect": 1,
        "collect-2": 0,
        "collect-3": 1,
        "plan_writes": 1,
        "write_nodes": 1,
        "write_edges": 1,
        "delete": 0,
    }
    assert made.sync.applied().metadata == {"files": 4}
    assert len(made.sync.applied().units) == 8


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ValidationError, match="ignore_pattern"):
        FilesystemOptions.model_validate({"ignore_pattern": []})
    with pytest.raises(ValidationError, match="max_depth"):
        FilesystemOptions.model_validate({"max_depth": 0})


def test_a_real_repository_is_counted_completely(
    graph: GraphStore, context: MakeContext, blobs: FolderBlobStore, repository: str
) -> None:
    snapshot = snapshot_folder(sdist("flask==3.1.0"), blobs)
    made = context(snapshot)
    run_step(FilesystemStep(), made)
    files, directories = nodes(graph, repository, "File"), nodes(graph, repository, "Directory")
    assert set(files) == set(snapshot.files)
    assert set(directories) == set(snapshot.directories)
    assert len(contains(graph, repository)) == len(files) + len(directories)
    python = [path for path in files if path.endswith(".py")]
    assert {files[path]["language"] for path in python} == {"python"}
    for path in python:
        assert files[path]["lines"] == len(snapshot.read(path).splitlines())


def test_rows_for_a_unit_of_another_batch_are_a_mistake_of_the_step(context: MakeContext) -> None:
    class Wrong(FilesystemStep):
        def rows(self, units: Sequence[str], context: StepContext[FilesystemOptions]) -> Iterator[tuple[str, UnitRows]]:
            yield "not/mine", UnitRows([], [])

    with pytest.raises(StepFailedError, match="'not/mine', which is not a unit of its batch"):
        run_step(Wrong(), context(FILES))


def test_writes_are_not_planned_before_every_batch_was_collected(context: MakeContext) -> None:
    step, made = FilesystemStep(), context(FILES)
    plan = step.plan(made)
    (planning,) = next(stage.batches for stage in plan.stages if stage.name == "plan_writes")
    with pytest.raises(StepFailedError, match="collect-0000 of step filesystem left no result"):
        step.process(planning, made)


def test_a_unit_that_owns_nothing_is_remembered_as_done(context: MakeContext) -> None:
    class Silent(FilesystemStep):
        def rows(self, units: Sequence[str], context: StepContext[FilesystemOptions]) -> Iterator[tuple[str, UnitRows]]:
            yield from ()

    run_step(Silent(), context(FILES))
    again = run_step(Silent(), context(FILES))
    assert (again.plan.stale, again.plan.reasons) == (0, {"not_stale": 8})


def test_a_comparison_alone_changes_nothing(context: MakeContext, blobs: FolderBlobStore) -> None:
    made = context(FILES)
    before = list(blobs.names(""))
    comparison = FilesystemStep().compare(made)
    assert comparison.reasons == {"missing": 8}
    assert comparison.stale["README.md"].details == "Nothing was applied yet"
    assert list(blobs.names("")) == before
