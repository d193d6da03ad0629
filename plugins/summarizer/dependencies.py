"""In which order summaries are made: dependencies first, cycles together, level by level."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set

__all__ = ["components", "levels", "partition"]

type Graph = Mapping[int, Collection[int]]


def components(nodes: Sequence[int], edges: Graph) -> list[list[int]]:
    """The strongly connected components (Tarjan 1972, without recursion), each after those it points to.

    ``edges`` lead from a node to what it depends on; targets that are not in ``nodes`` are ignored. Members of a
    component are sorted, so the result depends on the order of ``nodes`` alone.
    """
    known = set(nodes)
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in nodes:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(edges.get(root, ())))]
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in known:
                    continue
                if target not in number:
                    number[target] = low[target] = len(number)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], number[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == number[node]:
                    members: list[int] = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        members.append(member)
                        if member == node:
                            break
                    found.append(sorted(members))
    return found


def levels(ordered: Sequence[Sequence[int]], edges: Graph, pending: Set[int]) -> dict[int, int]:
    """For every pending node the number of pending layers below it.

    ``ordered`` are components, dependencies first. Members of one component share a level: they do not wait for each
    other, because none of them can be first.
    """
    level: dict[int, int] = {}
    for members in ordered:
        own = set(members)
        waiting = [node for node in members if node in pending]
        if not waiting:
            continue
        below = [
            level[target] for node in waiting for target in edges.get(node, ()) if target not in own and target in level
        ]
        for node in waiting:
            level[node] = max(below, default=-1) + 1
    return level


def partition(level: Mapping[int, int], *, batch_size: int, most_stages: int) -> list[list[list[int]]]:
    """Stages of batches of nodes. Batches of a stage do not depend on each other; the nodes of a batch are ordered.

    Neighbouring levels that fit into one batch together become one, worked off in order, so that a long thin chain
    does not need a stage for each link. If there are still more than ``most_stages``, the deepest levels become one
    batch.
    """
    if not level:
        return []
    layers: list[list[int]] = [[] for _ in range(max(level.values()) + 1)]
    for node in sorted(level):
        layers[level[node]].append(node)
    merged: list[tuple[bool, list[int]]] = []
    for layer in layers:
        if merged and len(merged[-1][1]) + len(layer) <= batch_size:
            merged[-1] = (True, [*merged[-1][1], *layer])
        else:
            merged.append((False, layer))
    if len(merged) > most_stages:
        tail = [node for _, nodes in merged[most_stages - 1 :] for node in nodes]
        merged = [*merged[: most_stages - 1], (True, tail)]
    stages: list[list[list[int]]] = []
    for is_chain, nodes in merged:
        size = len(nodes) if is_chain else batch_size
        stages.append([nodes[start : start + size] for start in range(0, len(nodes), size)])
    return stages
