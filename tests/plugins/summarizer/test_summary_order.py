"""The order of summaries: dependencies first, cycles together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.summarizer.dependencies import components, levels, partition

graphs = st.integers(1, 14).flatmap(
    lambda size: st.dictionaries(
        st.integers(0, size - 1), st.lists(st.integers(0, size - 1), max_size=4, unique=True), max_size=size
    ).map(lambda edges: (list(range(size)), edges))
)


def reachable(edges: dict[int, list[int]], start: int) -> set[int]:
    found: set[int] = set()
    todo = [start]
    while todo:
        for target in edges.get(todo.pop(), []):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


@given(graphs)
@settings(max_examples=100, deadline=None)
def test_components_are_exactly_the_cycles_and_come_after_what_they_need(
    graph: tuple[list[int], dict[int, list[int]]],
) -> None:
    nodes, edges = graph
    ordered = components(nodes, edges)
    assert sorted(node for members in ordered for node in members) == nodes
    place = {node: index for index, members in enumerate(ordered) for node in members}
    for node in nodes:
        for other in nodes:
            mutual = other in reachable(edges, node) and node in reachable(edges, other)
            assert (place[node] == place[other]) == (node == other or mutual)
        for target in edges.get(node, []):
            assert place[target] <= place[node]


@given(graphs, st.data())
@settings(max_examples=100, deadline=None)
def test_stages_never_run_anything_before_what_it_needs(
    graph: tuple[list[int], dict[int, list[int]]], data: st.DataObject
) -> None:
    nodes, edges = graph
    pending = data.draw(st.sets(st.sampled_from(nodes)))
    ordered = components(nodes, edges)
    level = levels(ordered, edges, pending)
    assert level.keys() == pending
    stages = partition(level, batch_size=data.draw(st.integers(1, 4)), most_stages=data.draw(st.integers(1, 4)))
    when = {
        node: (stage, batch, index)
        for stage, batches in enumerate(stages)
        for batch, members in enumerate(batches)
        for index, node in enumerate(members)
    }
    assert when.keys() == pending
    together = {node: members for members in ordered for node in members}
    for node in pending:
        for target in set(edges.get(node, [])) & pending - set(together[node]):
            if when[target][0] == when[node][0]:
                assert when[target][1] == when[node][1], "batches of one stage run side by side"
                assert when[target][2] < when[node][2]
            else:
                assert when[target][0] < when[node][0]


def test_a_level_above_done_work_starts_at_zero() -> None:
    edges = {0: [1], 1: [2], 2: []}
    ordered = components([0, 1, 2], edges)
    assert ordered == [[2], [1], [0]]
    assert levels(ordered, edges, {0, 1, 2}) == {2: 0, 1: 1, 0: 2}
    assert levels(ordered, edges, {0, 2}) == {2: 0, 0: 0}


def test_a_long_chain_needs_few_stages_and_a_wide_level_many_batches() -> None:
    chain = {node: node for node in range(10)}
    assert partition(chain, batch_size=20, most_stages=5) == [[list(range(10))]]
    wide = dict.fromkeys(range(6), 0)
    assert partition(wide, batch_size=4, most_stages=5) == [[[0, 1, 2, 3], [4, 5]]]
    assert partition({}, batch_size=4, most_stages=5) == []


def test_recursion_of_any_depth_is_no_problem() -> None:
    size = 50_000
    edges = {node: [node + 1] for node in range(size)}
    assert len(components(range(size), edges)) == size
