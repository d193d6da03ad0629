"""The benchmark of compilers compares calls by the places of definitions, and counts what both sides can know."""

from __future__ import annotations

from benchmarks.compilers.comparison import Call, Resolved, claimed_by_rows, compare
from codestory.graph.rows import EdgeRow, NodeRow

_FILE = "src/shop.ts"


def _node(label: str, name: str, kind: str, line: int) -> NodeRow:
    return NodeRow(label, f"r:{_FILE}#{name}", {"path": _FILE, "kind": kind, "start_line": line})


def _edge(kind: str, source: str, target: str, resolution: str = "local", lines: tuple[int, ...] = (9,)) -> EdgeRow:
    properties = {"resolution": resolution, "lines": list(lines)} if resolution else {}
    return EdgeRow(kind, "Function", f"r:{_FILE}#{source}", "Function", f"r:{_FILE}#{target}", properties)


_NODES = [
    _node("Module", "", "module", 1),
    _node("Class", "Shop", "class", 3),
    _node("Method", "Shop.constructor", "constructor", 4),
    _node("Method", "Shop.sell", "method", 6),
    _node("Function", "main", "function", 9),
]
_HOLDERS = [
    _edge("DEFINES", "", "Shop", ""),
    _edge("CONTAINS", "Shop", "Shop.constructor", ""),
    _edge("CONTAINS", "Shop", "Shop.sell", ""),
    _edge("DEFINES", "", "main", ""),
]


def _place(line: int) -> tuple[str, int]:
    return (_FILE, line)


def test_creating_an_object_is_one_call_of_its_class() -> None:
    edges = [
        *_HOLDERS,
        _edge("INSTANTIATES", "main", "Shop"),
        _edge("CALLS", "main", "Shop.constructor", "constructor"),
    ]
    claimed = claimed_by_rows(_NODES, edges)
    assert claimed.calls == {Call(_place(9), _place(3)): {9}}


def test_a_constructor_that_calls_another_one_calls_its_class() -> None:
    claimed = claimed_by_rows(_NODES, [*_HOLDERS, _edge("CALLS", "Shop.constructor", "Shop.constructor", "super")])
    assert list(claimed.calls) == [Call(_place(4), _place(3))]


def test_the_module_level_is_line_zero_and_packages_are_no_targets() -> None:
    package = EdgeRow("CALLS", "Module", f"r:{_FILE}#", "Package", "r:@package/fs", {"resolution": "external"})
    claimed = claimed_by_rows(_NODES, [*_HOLDERS, _edge("CALLS", "", "main"), package])
    assert list(claimed.calls) == [Call(_place(0), _place(9))]
    assert claimed.definitions == {_place(line) for line in (0, 3, 4, 6, 9)}


def test_recall_counts_what_is_resolved_and_precision_what_is_claimed() -> None:
    claimed = claimed_by_rows(
        _NODES, [*_HOLDERS, _edge("CALLS", "main", "Shop.sell"), _edge("CALLS", "main", "main", lines=(10,))]
    )
    right, missed, wrong = (Call(_place(9), _place(line)) for line in (6, 3, 9))
    score = compare(Resolved({right, missed}, {_FILE}), claimed)
    assert (score.resolved, score.recall, score.missing) == (2, 0.5, [missed])
    assert (score.judged, score.precision, score.invented) == (2, 0.5, [wrong])


def test_a_call_in_a_nameless_function_belongs_to_the_definition_around_it() -> None:
    claimed = claimed_by_rows(_NODES, [*_HOLDERS, _edge("CALLS", "main", "Shop.sell")])
    enclosing = {_place(11): _place(10), _place(10): _place(9), _place(9): _place(0)}
    score = compare(Resolved({Call(_place(11), _place(6))}, {_FILE}, enclosing), claimed)
    assert (score.recall, score.precision) == (1.0, 1.0)


def test_what_the_compiler_does_not_know_or_has_not_seen_is_not_judged() -> None:
    edges = [
        *_HOLDERS,
        _edge("CALLS", "main", "Shop.sell", lines=(10, 11)),
        _edge("CALLS", "main", "main", lines=(11,)),
    ]
    claimed = claimed_by_rows(_NODES, edges)
    in_part = compare(Resolved(set(), {_FILE}, unknown={(_FILE, 11)}), claimed)
    assert in_part.invented == [Call(_place(9), _place(6))]
    unseen = compare(Resolved(set(), {"other.ts"}), claimed)
    assert (unseen.judged, unseen.precision, unseen.recall) == (0, None, None)


def test_what_is_possible_is_neither_missing_nor_invented() -> None:
    override = Call(_place(9), _place(6))
    claimed = claimed_by_rows(_NODES, [*_HOLDERS, _edge("CALLS", "main", "Shop.sell")])
    score = compare(Resolved(set(), {_FILE}, possible={override}), claimed)
    assert (score.judged, score.invented, score.missing) == (1, [], [])
