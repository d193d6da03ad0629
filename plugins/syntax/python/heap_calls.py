"""Models of ``heapq`` and ``bisect``: lists that are kept in order, by comparing their elements."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, elements_of
from plugins.syntax.python.iteration_calls import arranged, compared, key_function
from plugins.syntax.python.objects import Kind, Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["HEAP_CALLS"]


def _ordered(p: Program, site: Site, taken: bool, added: bool) -> None:
    """A function of a list: ``taken``: it returns an element; ``added``: its second argument becomes one."""
    source = argument_of(site, 0)
    item = argument_of(site, 1) if added else 0
    if item and source:

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = p.objects[number]
                if value.kind == Kind.CONTAINER and value.name != "dict":
                    p.solver.edge(item, value.keys[""])

        p.solver.watch(source, watch)
    elements = site.destination if taken else p.solver.new()
    elements_of(p, site, source, elements)
    compared(p, site, elements, "__lt__")


def _insort(p: Program, site: Site) -> None:
    _ordered(p, site, taken=False, added=True)
    key_function(p, site, argument_of(site, 0))


def _search(p: Program, site: Site) -> None:
    _ordered(p, site, taken=False, added=False)
    key_function(p, site, argument_of(site, 0))


def _extremes(p: Program, site: Site) -> None:
    """``nlargest``, ``nsmallest``: elements of the second argument."""
    arranged(p, site, 1)


def _merge(p: Program, site: Site) -> None:
    arranged(p, site, *range(len(site.positional)))


HEAP_CALLS: dict[str, Callable[[Program, Site], None]] = {
    "heapq.heapify": partial(_ordered, taken=False, added=False),
    "heapq.heappush": partial(_ordered, taken=False, added=True),
    "heapq.heappop": partial(_ordered, taken=True, added=False),
    "heapq.heappushpop": partial(_ordered, taken=True, added=True),
    "heapq.heapreplace": partial(_ordered, taken=True, added=True),
    "heapq.nlargest": _extremes,
    "heapq.nsmallest": _extremes,
    "heapq.merge": _merge,
    **{f"bisect.insort{side}": _insort for side in ("", "_left", "_right")},
    **{f"bisect.bisect{side}": _search for side in ("", "_left", "_right")},
}
