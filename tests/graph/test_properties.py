"""Random histories: whatever happened before, the graph shows what was wanted last."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestory.graph.packs import encode_rows, normalise
from codestory.graph.removal import delete_repository
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.store import GraphStore
from tests.graph.harness import MemoryBlobs, Workbench

PATHS = ["a.py", "b.py", "c/d.py", "@packages"]
NAMES = ["f", "g", "h"]
LABELS = ["Function", "Class"]

_numbers = itertools.count()


@dataclass(frozen=True)
class Edit:
    """One ingest: the whole wanted content, and at which transaction the run is given up (``None``: not at all)."""

    seed: int
    paths: frozenset[str]
    given_up_after: int | None


edits = st.lists(
    st.builds(
        Edit,
        seed=st.integers(0, 1000),
        paths=st.frozensets(st.sampled_from(PATHS)),
        given_up_after=st.none() | st.integers(0, 3),
    ),
    min_size=1,
    max_size=4,
)


def content(bench: Workbench, edit: Edit) -> dict[str, UnitRows]:
    """Units drawn from a seed. Symbols wander between units, change labels, and point to what may not exist."""
    rng = random.Random(edit.seed)
    everything = [(path, name) for path in PATHS for name in NAMES]
    owner = {symbol: rng.choice(sorted(edit.paths)) for symbol in everything} if edit.paths else {}
    label = {symbol: rng.choice(LABELS) for symbol in everything}
    units = {path: UnitRows([], []) for path in edit.paths}
    for path, name in everything:
        unit = owner.get((path, name))
        if unit is None or rng.random() < 0.3:
            continue
        source = bench.id(f"{path}#{name}")
        units[unit].nodes.append(NodeRow(label[path, name], source, {"name": name, "v": rng.randrange(2)}))
        for target in rng.sample(everything, 2):
            units[unit].edges.append(
                EdgeRow(
                    rng.choice(["CALLS", "REFERENCES"]),
                    label[path, name],
                    source,
                    label[target],
                    bench.id(f"{target[0]}#{target[1]}"),
                    {"confidence": rng.choice([0.5, 1.0])} if rng.random() < 0.7 else {},
                    False,
                )
            )
    return units


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=edits)
def test_any_history_ends_in_the_graph_of_its_last_content(embedded_store: GraphStore, history: list[Edit]) -> None:
    number = next(_numbers)
    lived = Workbench(embedded_store, MemoryBlobs(), f"lived-{number}")
    fresh = Workbench(embedded_store, MemoryBlobs(), f"fresh-{number}")
    for edit in history:
        sync = lived.sync()
        batches = lived.plan(sync, content(lived, edit))
        for batch in batches[: edit.given_up_after]:
            lived.write(sync, batch)
        if edit.given_up_after is None:
            sync.commit()
    lived.ingest(content(lived, history[-1]))
    fresh.ingest(content(fresh, history[-1]))

    assert lived.digest() == fresh.digest()
    lived.ingest({})
    assert not lived.store.read("MATCH (n) WHERE n.repository = $r AND n.name IS NOT NULL RETURN n", r=lived.repository)
    for one in (lived, fresh):
        delete_repository(embedded_store, one.blobs, one.repository)


@pytest.mark.parametrize("seed", range(3))
def test_rows_in_any_order_have_the_same_bytes(embedded_bench: Workbench, seed: int) -> None:
    units = content(embedded_bench, Edit(seed, frozenset(["a.py"]), None))
    rows = units["a.py"]
    shuffled = UnitRows(rows.nodes[::-1], rows.edges[::-1])

    assert encode_rows(normalise("a.py", rows, "r", "s")) == encode_rows(normalise("a.py", shuffled, "r", "s"))
