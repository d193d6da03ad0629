"""Models of ``operator.attrgetter``, ``itemgetter`` and ``methodcaller``: what they make does its work when called."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from plugins.syntax.python.attributes import load
from plugins.syntax.python.builtin_support import argument_of, constant_of, opaque, where
from plugins.syntax.python.elements import read_item
from plugins.syntax.python.objects import Kind, Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["OPERATOR_CALLS"]


def _attribute_getter(p: Program, site: Site) -> None:
    names = [constant_of(p, site, position) for position in range(len(site.positional))]
    dotted = [name[1:] for name in names if name is not None and name[0] == "s"]

    def called(inner: Site) -> None:
        if len(dotted) == 1:
            _read(p, inner, argument_of(inner, 0), dotted[0].split("."), inner.destination)
            return
        row = p.solver.fresh_container("tuple", inner.file, inner.destination, "attributes")
        p.solver.put(inner.destination, row.number)
        for position, name in enumerate(dotted):
            _read(p, inner, argument_of(inner, 0), name.split("."), p.solver.key(row, f"i{position}"))

    if dotted:
        opaque(p, site, "callable", called)


def _read(p: Program, site: Site, source: int, names: list[str], destination: int) -> None:
    for name in names[:-1]:
        between = p.solver.new()
        _read(p, site, source, [name], between)
        source = between

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            load(p, number, names[-1], destination, where(site))

    if source:
        p.solver.watch(source, watch)


def _item_getter(p: Program, site: Site) -> None:
    key = constant_of(p, site, 0) if len(site.positional) == 1 else None

    def called(inner: Site) -> None:
        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = p.objects[number]
                if value.kind == Kind.CONTAINER:
                    read_item(p, value, key, inner.destination)
                else:
                    implicit = p.solver.implicit_site(*where(inner), "__getitem__")
                    p.call_method(implicit, number, "__getitem__", (), inner.destination, "operator")

        if argument_of(inner, 0):
            p.solver.watch(argument_of(inner, 0), watch)

    if key is not None:
        opaque(p, site, "callable", called)


def _method_caller(p: Program, site: Site) -> None:
    name = constant_of(p, site, 0)

    def called(inner: Site) -> None:
        method = p.solver.new()
        _read(p, inner, argument_of(inner, 0), [str(name)[1:]], method)
        call = inner.on_behalf()
        call.name = str(name)[1:]
        call.positional = [p.movable(site, argument) for argument in site.positional[1:]]
        call.keywords = [(keyword, p.movable(site, argument)) for keyword, argument in site.keywords]
        call.destination = inner.destination
        p.call_variable(call, method)

    if name is not None and name[0] == "s":
        opaque(p, site, "callable", called)


OPERATOR_CALLS: dict[str, Callable[[Program, Site], None]] = {
    "operator.attrgetter": _attribute_getter,
    "operator.itemgetter": _item_getter,
    "operator.methodcaller": _method_caller,
}
