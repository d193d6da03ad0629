"""Models of built-in functions and of ``itertools`` that hand on, choose or combine the elements of what they get."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, callback, elements_of, result_of, where
from plugins.syntax.python.elements import iterate
from plugins.syntax.python.objects import Kind, Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["ITERATION_CALLS", "arranged", "compared", "elements", "key_function", "mapped"]

type FunctionModel = Callable[[Program, Site], None]


def arranged(p: Program, site: Site, *positions: int) -> None:
    """A list of the elements of these arguments, in order: the key function is called, or they are compared."""
    value = result_of(p, site, "list")
    for position in positions:
        source = argument_of(site, position)
        elements_of(p, site, source, value.keys[""])
        key_function(p, site, source)
    compared(p, site, value.keys[""], "__lt__")


def _sorted(p: Program, site: Site) -> None:
    arranged(p, site, 0)


def _reversed(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    source = argument_of(site, 0)
    if not source:
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            implicit = p.solver.implicit_site(*where(site), "__reversed__")
            iterator = p.solver.new() if p.objects[number].kind == Kind.INSTANCE else 0
            if iterator and p.call_method(implicit, number, "__reversed__", (), iterator, "special_method"):
                elements_of(p, site, iterator, value.keys[""])
            else:
                iterate(p, number, value.keys[""], where(site), False)

    p.solver.watch(source, watch)


def compared(p: Program, site: Site, elements: int, method: str) -> None:
    """The elements are compared with each other, unless the call has a key function, of which the results are."""
    if any(name == "key" for name, _ in site.keywords):
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            implicit = p.solver.implicit_site(*where(site), method)
            p.call_method(implicit, number, method, [elements], 0, "special_method")

    p.solver.watch(elements, watch)


def key_function(p: Program, site: Site, source: int) -> None:
    """The function given as ``key`` is called with the elements of ``source``."""
    key = next((argument for name, argument in site.keywords if name == "key" and argument > 0), 0)
    if key:
        element = p.solver.new()
        elements_of(p, site, source, element)
        callback(p, site, key, element)


def _extreme(method: str, p: Program, site: Site) -> None:
    """``min``, ``max``, which compare by ``method``."""
    if len(site.positional) == 1:
        elements_of(p, site, argument_of(site, 0), site.destination)
    else:
        for argument in site.positional:
            if argument > 0:
                p.solver.edge(argument, site.destination)
    key_function(p, site, argument_of(site, 0))
    compared(p, site, site.destination, method)


def _map(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    callback(p, site, argument_of(site, 0), *mapped(p, site), result=value.keys[""])


def mapped(p: Program, site: Site) -> list[int]:
    """The variables of the elements of all arguments but the first."""
    found: list[int] = []
    for position in range(1, len(site.positional)):
        element = p.solver.new()
        elements_of(p, site, argument_of(site, position), element)
        found.append(element)
    return found


def _star_map(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    row = p.solver.new()
    elements_of(p, site, argument_of(site, 1), row)
    callback(p, site, argument_of(site, 0), result=value.keys[""], rest=row)


def _accumulate(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    element = p.solver.new()
    elements_of(p, site, argument_of(site, 0), element)
    p.solver.edge(element, value.keys[""])
    callback(p, site, argument_of(site, 1, "func"), value.keys[""], element, result=value.keys[""])


def _sum(p: Program, site: Site) -> None:
    element = p.solver.new()
    elements_of(p, site, argument_of(site, 0), element)

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            for name in ("__radd__", "__add__"):
                implicit = p.solver.implicit_site(*where(site), name)
                p.call_method(implicit, number, name, [element], site.destination, "operator")

    p.solver.watch(element, watch)


def _filter(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    source = argument_of(site, 1)
    elements_of(p, site, source, value.keys[""])
    element = p.solver.new()
    elements_of(p, site, source, element)
    callback(p, site, argument_of(site, 0), element)


def _reduce(p: Program, site: Site) -> None:
    element, total = p.solver.new(), p.solver.new()
    elements_of(p, site, argument_of(site, 1), element)
    if argument_of(site, 2):
        p.solver.edge(argument_of(site, 2), total)
        p.solver.edge(argument_of(site, 2), site.destination)
    else:
        # The first element is what the reduction starts with; one that is alone is rare enough to be left out.
        p.solver.edge(element, total)
    callback(p, site, argument_of(site, 0), total, element, result=site.destination)
    p.solver.edge(site.destination, total)


def _next(p: Program, site: Site) -> None:
    source = argument_of(site, 0)
    if argument_of(site, 1):
        p.solver.edge(argument_of(site, 1), site.destination)
    if not source:
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.INSTANCE:
                inner = p.solver.implicit_site(*where(site), "__next__")
                p.call_method(inner, number, "__next__", (), site.destination, "iteration")
            else:
                iterate(p, number, site.destination, where(site), False)

    p.solver.watch(source, watch)


def _iter(p: Program, site: Site) -> None:
    source = argument_of(site, 0)
    if len(site.positional) == 2:
        value = result_of(p, site, "list")
        callback(p, site, source, result=value.keys[""])
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.INSTANCE:
                inner = p.solver.implicit_site(*where(site), "__iter__")
                p.call_method(inner, number, "__iter__", (), site.destination, "iteration")
            else:
                p.solver.put(site.destination, number)

    if source:
        p.solver.watch(source, watch)


def _enumerate(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    elements_of(p, site, argument_of(site, 0), p.solver.key(pair, "i1"))


def _zip(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    for position in range(len(site.positional)):
        elements_of(p, site, argument_of(site, position), p.solver.key(pair, f"i{position}"))


def _chain(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    for position in range(len(site.positional)):
        elements_of(p, site, argument_of(site, position), value.keys[""])


def elements(position: int = 0) -> FunctionModel:
    """The elements of an argument, in whatever order."""

    def model(p: Program, site: Site) -> None:
        value = result_of(p, site, "list")
        elements_of(p, site, argument_of(site, position), value.keys[""])

    return model


def _chain_all(p: Program, site: Site) -> None:
    value = result_of(p, site, "list")
    inner = p.solver.new()
    elements_of(p, site, argument_of(site, 0), inner)
    elements_of(p, site, inner, value.keys[""])


def _groups(p: Program, site: Site) -> None:
    """``permutations``, ``combinations``: tuples of elements."""
    value = result_of(p, site, "list")
    group = p.solver.fresh_container("tuple", site.file, site.destination, "group")
    p.solver.put(value.keys[""], group.number)
    elements_of(p, site, argument_of(site, 0), group.keys[""])


def _group_by(p: Program, site: Site) -> None:
    """Pairs of a key and the elements that have it."""
    value = result_of(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    group = p.solver.fresh_container("list", site.file, site.destination, "group")
    p.solver.put(value.keys[""], pair.number)
    p.solver.put(p.solver.key(pair, "i1"), group.number)
    elements_of(p, site, argument_of(site, 0), group.keys[""])
    callback(p, site, argument_of(site, 1, "key"), group.keys[""], result=p.solver.key(pair, "i0"))


ITERATION_CALLS: dict[str, FunctionModel] = {
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.min": partial(_extreme, "__lt__"),
    "builtins.max": partial(_extreme, "__gt__"),
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.sum": _sum,
    "itertools.starmap": _star_map,
    "itertools.accumulate": _accumulate,
    "functools.reduce": _reduce,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.iter": _iter,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_all,
    "itertools.islice": elements(),
    "itertools.cycle": elements(),
    "itertools.product": _zip,
    "itertools.zip_longest": _zip,
    "itertools.takewhile": _filter,
    "itertools.dropwhile": _filter,
    "itertools.filterfalse": _filter,
    "itertools.permutations": _groups,
    "itertools.groupby": _group_by,
    "itertools.combinations": _groups,
}
