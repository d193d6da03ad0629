"""What the models of built-in functions and methods have in common: arguments, elements, callbacks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from plugins.syntax.python.elements import iterate, read_item
from plugins.syntax.python.ir import CallFlag
from plugins.syntax.python.objects import Kind, Site, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = [
    "argument_of",
    "callback",
    "constant_of",
    "each",
    "elements_of",
    "opaque",
    "pairs_of",
    "result_of",
    "spread_keywords",
    "unseen",
    "where",
]


def where(site: Site) -> tuple[int, int, int]:
    return (site.file, site.scope, site.line)


def argument_of(site: Site, position: int, name: str = "") -> int:
    """The variable of an argument; 0: not given or a constant."""
    if position < len(site.positional):
        return max(0, site.positional[position])
    for keyword, value in site.keywords:
        if keyword == name:
            return max(0, value)
    return 0


def constant_of(p: Program, site: Site, position: int) -> str | None:
    """A constant argument as the text of the table of constants."""
    if position < len(site.positional) and site.positional[position] < 0:
        return p.solver.files[site.file].constants[-site.positional[position] - 1]
    return None


def result_of(p: Program, site: Site, kind: str) -> Value:
    """The container that a call returns."""
    value = p.solver.fresh_container(kind, site.file, site.destination)
    p.solver.put(site.destination, value.number)
    return value


def spread_keywords(p: Program, site: Site, target: Value) -> None:
    """``target`` gets the keyword arguments under their names."""
    for name, argument in site.keywords:
        if argument > 0:
            p.solver.edge(argument, p.solver.key(target, f"s{name}"))
    if site.mapping:

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = p.objects[number]
                if value.kind == Kind.CONTAINER and value is not target:
                    p.solver.copy_keys(value, target)

        p.solver.watch(site.mapping, watch)


def each(delta: Collection[int], action: Callable[[int], None]) -> None:
    for number in delta:
        action(number)


def elements_of(p: Program, site: Site, source: int, destination: int) -> None:
    """``destination`` gets the elements of whatever ``source`` holds."""
    if source and destination:

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                iterate(p, number, destination, where(site), False)

        p.solver.watch(source, watch)


def unseen(site: Site, destination: int) -> Site:
    """A call at the same place that nobody records: arguments and results are what matters."""
    call = Site(site.file, site.scope, site.line)
    call.destination = destination
    return call


def opaque(p: Program, site: Site, name: str, action: Callable[[Site], None]) -> None:
    """The result of ``site`` does ``action`` where it decorates something; with ``callable`` as ``name``, wherever it
    is called."""
    value, new = p.solver.make(Kind.OPAQUE, name, site.file, site.destination)
    if new:
        value.name = name
        value.listeners = [action]
    p.solver.put(site.destination, value.number)


def callback(
    p: Program, site: Site, function: int, *arguments: int, result: int = 0, rest: int = 0, external: bool = True
) -> None:
    """External code calls ``function`` on behalf of ``site``, with further arguments from the containers in ``rest``;
    ``external``: also if the function is external itself."""
    if not function:
        return
    site.callbacks += 1
    inner = p.solver.implicit_site(site.file, site.scope, site.line, f"<callback {site.destination} {site.callbacks}>")
    inner.positional = list(arguments)
    inner.rest = rest
    inner.destination = result
    inner.flag = CallFlag.CALLBACK
    if external:
        p.call_variable(inner, function)
        return
    outer = unseen(site, result)

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            p.call(outer if p.objects[number].kind == Kind.EXTERNAL else inner, number)

    p.solver.watch(function, watch)


def pairs_of(p: Program, pair: int, target: Value) -> None:
    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER:
                read_item(p, value, "i0", target.keys["k"])
                read_item(p, value, "i1", target.keys[""])

    p.solver.watch(pair, watch)
