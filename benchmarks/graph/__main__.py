"""``python -m benchmarks.graph``: what writing and reading a code graph costs on each store at hand.

Each figure is seconds of this run and a ratio to the first column, because machines differ and their load changes.
``--nodes`` and ``--relationships`` set the size; the full size of a large project is 60000 and 150000.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import batched
from pathlib import Path

import psutil

from benchmarks.graph.dataset import Rows, repository_rows
from codestory.graph import embedded
from codestory.graph.digest import graph_digest
from codestory.graph.queries import graph_stats
from codestory.graph.removal import delete_repository
from codestory.graph.rows import NodeRow, UnitRows
from codestory.graph.store import GraphSettings, GraphStore
from codestory.graph.sync import GraphSync
from codestory.storage.folder import FolderBlobStore
from tests.support.neo4j import Neo4jUnavailableError, neo4j_uri

REPOSITORY = "bench"
_UNITS_PER_PACK = 300
_LATENCY_SAMPLES = 30

type Figures = dict[str, float]


class _Bystander:
    """A job that nobody cancels and whose progress nobody watches."""

    def raise_if_cancelled(self) -> None:
        return None

    def advance(self, units: int = 1) -> None:
        del units

    def warn(self, message: str) -> None:
        raise SystemExit(message)


def main() -> None:
    """Measure every store and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graph", description=__doc__)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--relationships", type=int, default=50_000)
    parser.add_argument("--embedded-only", action="store_true")
    options = parser.parse_args()
    rows = repository_rows(REPOSITORY, options.nodes, options.relationships)
    columns: dict[str, Figures] = {}
    digests: set[str] = set()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        settings = {"embedded": GraphSettings(folder=home / "graph")}
        stack.callback(embedded.stop, home / "graph")
        if not options.embedded_only:
            try:
                settings["neo4j"] = GraphSettings(uri=stack.enter_context(neo4j_uri(home / "neo4j")))
            except Neo4jUnavailableError as error:
                print(f"Neo4j is left out: {error}")
        for name, one in settings.items():
            store = stack.enter_context(GraphStore(one))
            columns[name], digest = _measure(store, home / f"blobs-{name}", rows)
            digests.add(digest)
            if one.embedded:
                print(f"memory of the embedded server: {_server_memory(one.folder):.0f} MB")
    if len(digests) != 1:
        raise SystemExit("the stores hold different graphs")
    _print(columns, rows)


def _measure(store: GraphStore, blobs_folder: Path, rows: Rows) -> tuple[Figures, str]:
    figures: Figures = {}
    blobs = FolderBlobStore(blobs_folder)

    def timed[T](name: str, work: Callable[[], T]) -> T:
        begin = time.perf_counter()
        result = work()
        figures[name] = time.perf_counter() - begin
        return result

    timed("connect (start if embedded) (s)", lambda: store.check(timedelta(seconds=120)))
    timed("make the schema (s)", store.ensure_schema)
    _write(store, blobs, rows, "new", rows, figures)
    timed("digest (s)", lambda: graph_digest(store, REPOSITORY))
    timed("count by label and type (s)", lambda: graph_stats(store, REPOSITORY))
    path = sorted(rows)[len(rows) // 2]
    edited = dict(rows)
    for turn in range(5):
        nodes = [NodeRow(n.label, n.id, {**n.properties, "start_line": turn}) for n in rows[path].nodes]
        edited[path] = UnitRows(nodes, rows[path].edges)
        begin = time.perf_counter()
        _write(store, blobs, {path: edited[path]}, f"edit-{turn}", edited, None)
        figures["update of one file (s)"] = min(figures.get("update of one file (s)", 1e9), time.perf_counter() - begin)
    _latencies(store, rows[path].nodes[0].id, rows[path].nodes[0].label, figures)
    digest = graph_digest(store, REPOSITORY)
    timed("remove the repository (s)", lambda: delete_repository(store, blobs, REPOSITORY))
    shutil.rmtree(blobs_folder, ignore_errors=True)
    return figures, digest


def _write(
    store: GraphStore, blobs: FolderBlobStore, changed: Rows, run: str, wanted: Rows, figures: Figures | None
) -> None:
    sync = GraphSync(store, blobs, repository=REPOSITORY, step="bench", run=run)
    marks = [time.perf_counter()]
    target = {key: record for key, record in sync.applied().units.items() if key in wanted}
    for part in batched(changed, _UNITS_PER_PACK, strict=False):
        target |= sync.store_rows({key: changed[key] for key in part}, {})
    marks.append(time.perf_counter())
    batches = sync.plan_writes(target, {})
    marks.append(time.perf_counter())
    by_stage: dict[str, float] = {}
    for batch in batches:
        begin = time.perf_counter()
        sync.write(batch, _Bystander(), _Bystander())
        by_stage[batch.stage] = by_stage.get(batch.stage, 0.0) + time.perf_counter() - begin
    begin = time.perf_counter()
    sync.commit()
    if figures is not None:
        figures["store row packs (s)"] = marks[1] - marks[0]
        figures["plan the writes (s)"] = marks[2] - marks[1]
        figures["write new nodes (s)"] = by_stage["write_nodes"]
        figures["write new relationships (s)"] = by_stage["write_edges"]
        figures["commit (s)"] = time.perf_counter() - begin


def _latencies(store: GraphStore, ident: str, label: str, figures: Figures) -> None:
    queries = {
        "look up one node (ms)": f"MATCH (n:{label} {{id: $id}}) RETURN n.name",
        "callers within 3 steps (ms)": f"MATCH (n:{label} {{id: $id}})<-[:CALLS*1..3]-(m) RETURN count(DISTINCT m)",
        "most called functions (ms)": "MATCH (n:Function)<-[c:CALLS]-() RETURN n.id, count(c) AS calls"
        " ORDER BY calls DESC LIMIT 10",
    }
    for name, query in queries.items():
        samples: list[float] = []
        for _ in range(_LATENCY_SAMPLES if "most" not in name else 3):
            begin = time.perf_counter()
            store.query_readonly(query, {"id": ident})
            samples.append((time.perf_counter() - begin) * 1000)
        figures[name] = statistics.median(samples)


def _server_memory(folder: Path) -> float:
    server = embedded.running(folder)
    if server is None:
        return 0.0
    info = psutil.Process(server.pid).memory_info()
    return info.rss / (1 << 20)


def _print(columns: dict[str, Figures], rows: Rows) -> None:
    nodes = sum(len(unit.nodes) for unit in rows.values())
    relationships = sum(len(unit.edges) for unit in rows.values())
    first = next(iter(columns))
    print(f"\n{nodes} nodes, {relationships} relationships, {len(rows)} files\n")
    print(
        f"{'':34}"
        + "".join(f"{name:>12}" for name in columns)
        + "".join(f"{name + '/' + first:>18}" for name in list(columns)[1:])
    )
    for name, value in columns[first].items():
        line = f"{name:34}" + "".join(f"{figures.get(name, float('nan')):12.3f}" for figures in columns.values())
        line += "".join(f"{figures.get(name, float('nan')) / value:17.2f}x" for figures in list(columns.values())[1:])
        print(line)
    for name, figures in columns.items():
        print(
            f"{name}: {nodes / figures['write new nodes (s)']:,.0f} nodes/s,"
            f" {relationships / figures['write new relationships (s)']:,.0f} relationships/s"
        )


if __name__ == "__main__":
    main()
