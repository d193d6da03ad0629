"""Models of threads, processes and executors: they run a function later, so whoever hands it over does not call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, elements_of, result_of
from plugins.syntax.python.objects import Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CONCURRENCY_CALLS"]

_FUTURE = "concurrent.futures.Future"


def _later(site: Site, destination: int) -> Site:
    """A call at the same place that nobody records: arguments and results are what matters."""
    unseen = Site(site.file, site.scope, site.line)
    unseen.destination = destination
    return unseen


def _submit(p: Program, site: Site) -> None:
    future = result_of(p, site, "list")
    future.cls = p.solver.external(_FUTURE)
    unseen = _later(site, future.keys[""])
    unseen.positional = site.positional[1:]
    unseen.keywords = site.keywords
    if argument_of(site, 0):
        p.call_variable(unseen, argument_of(site, 0))


def _map(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    unseen = _later(site, value.keys[""])
    elements: list[int] = []
    for position in range(1, len(site.positional)):
        element = p.solver.new()
        elements_of(p, site, argument_of(site, position), element)
        elements.append(element)
    unseen.positional = elements
    if argument_of(site, 0):
        p.call_variable(unseen, argument_of(site, 0))


def _completed(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    elements_of(p, site, argument_of(site, 0), value.keys[""])


def _runner(cls: str, position: int, name: str) -> Callable[[Program, Site], None]:
    """A class whose instances run the function given as ``name``, with ``args`` and ``kwargs``."""

    def model(p: Program, site: Site) -> None:
        p.solver.put(site.destination, p.solver.external_instance(cls))
        unseen = _later(site, 0)
        unseen.rest = argument_of(site, position + 2, "args")
        unseen.mapping = argument_of(site, position + 3, "kwargs")
        if argument_of(site, position, name):
            p.call_variable(unseen, argument_of(site, position, name))

    return model


CONCURRENCY_CALLS: dict[str, Callable[[Program, Site], None]] = {
    **{
        f"concurrent.futures.{executor}.{method}": model
        for executor in ("Executor", "ThreadPoolExecutor", "ProcessPoolExecutor")
        for method, model in (("submit", _submit), ("map", _map))
    },
    "concurrent.futures.as_completed": _completed,
    "threading.Thread": _runner("threading.Thread", 1, "target"),
    "multiprocessing.Process": _runner("multiprocessing.Process", 1, "target"),
}
