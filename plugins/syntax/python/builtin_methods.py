"""Models of the methods of containers and generators."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import (
    argument_of,
    callback,
    constant_of,
    each,
    elements_of,
    pairs_of,
    result_of,
    spread_keywords,
)
from plugins.syntax.python.elements import iterate, read_item, write_item
from plugins.syntax.python.iteration_calls import compared
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.operations import spread

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["GENERATOR_METHODS", "METHODS"]

type MethodModel = Callable[[Program, Site, Value], None]


def _add(position: int) -> MethodModel:
    def model(p: Program, site: Site, owner: Value) -> None:
        if argument_of(site, position):
            p.solver.edge(argument_of(site, position), owner.keys[""])

    return model


def _extend(p: Program, site: Site, owner: Value) -> None:
    source = argument_of(site, 0)
    if owner.name != "dict":
        elements_of(p, site, source, owner.keys[""])
        return
    if source:
        p.solver.watch(source, lambda delta: each(delta, lambda number: _update(p, number, owner)))
    spread_keywords(p, site, owner)
    if owner.number in p.dynamic.owners:
        _set_attributes(p, site, p.dynamic.owners[owner.number])


def _set_attributes(p: Program, site: Site, instance: int) -> None:
    """``x.__dict__.update(...)``"""
    source = argument_of(site, 0)
    if source:
        p.solver.watch(source, lambda delta: each(delta, lambda number: p.dynamic.write_all(instance, number)))
    for name, argument in site.keywords:
        if argument > 0:
            p.dynamic.write(instance, name, argument)


def _update(p: Program, number: int, owner: Value) -> None:
    value = p.objects[number]
    if value.kind == Kind.CONTAINER and value.name == "dict":
        spread(p, number, owner)
    else:
        pair = p.solver.new()
        iterate(p, number, pair, (0, 0, 0), False)
        pairs_of(p, pair, owner)


def _keyed(p: Program, site: Site, owner: Value) -> None:
    """``get``, ``pop``, ``setdefault``, ``__getitem__``."""
    if site.name == "get" and owner.name != "dict":
        # A queue: the argument is whether to wait.
        _any_element(p, site, owner)
        return
    key = constant_of(p, site, 0)
    if len(site.positional) > 1 and argument_of(site, 1):
        p.solver.edge(argument_of(site, 1), site.destination)
        if site.name == "setdefault":
            write_item(p, owner, key, argument_of(site, 1))
    if key is not None:
        read_item(p, owner, key, site.destination)
    elif argument_of(site, 0):
        variable = argument_of(site, 0)
        objects = p.objects

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                if objects[number].kind == Kind.CONSTANT:
                    read_item(p, owner, objects[number].name, site.destination)

        p.solver.watch(variable, watch)
        p.open_keys.append((variable, owner, read_item, site.destination))
    else:
        read_item(p, owner, None, site.destination)


def _set_item(p: Program, site: Site, owner: Value) -> None:
    if argument_of(site, 1):
        write_item(p, owner, constant_of(p, site, 0), argument_of(site, 1))


def _values(p: Program, site: Site, owner: Value) -> None:
    value = result_of(p, site, "list")
    p.solver.edge(owner.keys["*"], value.keys[""])


def _keys(p: Program, site: Site, owner: Value) -> None:
    value = result_of(p, site, "list")
    p.solver.edge(owner.keys["k"], value.keys[""])


def _items(p: Program, site: Site, owner: Value) -> None:
    value = result_of(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    p.solver.edge(owner.keys["k"], p.solver.key(pair, "i0"))
    p.solver.edge(owner.keys["*"], p.solver.key(pair, "i1"))


def _copy(p: Program, site: Site, owner: Value) -> None:
    p.solver.put(site.destination, owner.number)


def _any_element(p: Program, site: Site, owner: Value) -> None:
    p.solver.edge(owner.keys["*"], site.destination)


def _pop(p: Program, site: Site, owner: Value) -> None:
    if owner.name != "dict":
        # What is taken out of a list moves the elements behind it.
        _any_element(p, site, owner)
    else:
        _keyed(p, site, owner)


def _advance(p: Program, site: Site, owner: Value) -> None:
    p.solver.edge(owner.function, site.destination)


def _send(p: Program, site: Site, owner: Value) -> None:
    sent = owner.scope.variables.get("yield")
    if sent and argument_of(site, 0):
        p.solver.edge(argument_of(site, 0), p.solver.bases[owner.file] + sent)
    _advance(p, site, owner)


def _sort(p: Program, site: Site, owner: Value) -> None:
    key = next((argument for name, argument in site.keywords if name == "key" and argument > 0), 0)
    callback(p, site, key, owner.keys["*"])
    compared(p, site, owner.keys["*"], "__lt__")


METHODS: dict[str, MethodModel] = {
    "append": _add(0),
    "appendleft": _add(0),
    "add": _add(0),
    "insert": _add(1),
    "put": _add(0),
    "put_nowait": _add(0),
    "get_nowait": _any_element,
    "extend": _extend,
    "update": _extend,
    "get": _keyed,
    "setdefault": _keyed,
    "__getitem__": _keyed,
    "__setitem__": _set_item,
    "pop": _pop,
    "popleft": _any_element,
    "popitem": _any_element,
    "values": _values,
    "keys": _keys,
    "items": _items,
    "copy": _copy,
    "__iter__": _copy,
    "sort": _sort,
    # Of a future, which holds what the function returned.
    "result": _any_element,
}

GENERATOR_METHODS: dict[str, MethodModel] = {
    "__iter__": _copy,
    "__next__": _advance,
    "__anext__": _advance,
    "send": _send,
    "asend": _send,
}
