"""Models of threads, processes and executors: they run a function later, so whoever hands it over does not call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, result_of, unseen
from plugins.syntax.python.iteration_calls import elements, mapped
from plugins.syntax.python.objects import Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CONCURRENCY_CALLS"]

_FUTURE = "concurrent.futures.Future"


def _submit(p: Program, site: Site) -> None:
    future = result_of(p, site, "list")
    future.cls = p.solver.external(_FUTURE)
    later = unseen(site, future.keys[""])
    later.positional = site.positional[1:]
    later.keywords = site.keywords
    if argument_of(site, 0):
        p.call_variable(later, argument_of(site, 0))


def _map(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    later = unseen(site, value.keys[""])
    later.positional = mapped(p, site)
    if argument_of(site, 0):
        p.call_variable(later, argument_of(site, 0))


def _runner(cls: str, position: int, name: str) -> Callable[[Program, Site], None]:
    """A class whose instances run the function given as ``name``, with ``args`` and ``kwargs``."""

    def model(p: Program, site: Site) -> None:
        p.solver.put(site.destination, p.solver.external_instance(cls))
        later = unseen(site, 0)
        later.rest = argument_of(site, position + 2, "args")
        later.mapping = argument_of(site, position + 3, "kwargs")
        if argument_of(site, position, name):
            p.call_variable(later, argument_of(site, position, name))

    return model


CONCURRENCY_CALLS: dict[str, Callable[[Program, Site], None]] = {
    **{
        f"concurrent.futures.{executor}.{method}": model
        for executor in ("Executor", "ThreadPoolExecutor", "ProcessPoolExecutor")
        for method, model in (("submit", _submit), ("map", _map))
    },
    "concurrent.futures.as_completed": elements(),
    "threading.Thread": _runner("threading.Thread", 1, "target"),
    "multiprocessing.Process": _runner("multiprocessing.Process", 1, "target"),
}
