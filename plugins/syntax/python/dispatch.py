"""``functools.singledispatch``: a call of the generic function may be one of any function registered with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from plugins.syntax.python.ir import CallFlag
from plugins.syntax.python.objects import Kind, Site, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["call_registered", "is_generic", "register"]

_DECORATORS = frozenset({"singledispatch", "singledispatchmethod"})


def is_generic(function: Value) -> bool:
    """Whether others can be registered with the function."""
    return any(text.rpartition(".")[2] in _DECORATORS for text in function.scope.decorators)


def register(p: Program, site: Site, owner: Value, method: int) -> None:
    """``generic.register(...)``: as decorator, for a class as decorator's factory, or with class and function."""
    registered = p.written(owner, "register")

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind in (Kind.FUNCTION, Kind.WRAPPED):
                p.solver.put(registered, number)
                p.solver.put(site.destination, number)
            elif not site.flag & CallFlag.DECORATOR and len(site.positional) == 1:
                p.solver.put(site.destination, method)

    given = site.positional[-1] if site.positional else 0
    if given > 0:
        p.solver.watch(given, watch)


def call_registered(p: Program, site: Site, generic: Value, receiver: int) -> None:
    """Whatever is registered with the function may be what the call runs."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            function = p.objects[value.function] if value.kind == Kind.WRAPPED else value
            site.found(function.number, "points_to")
            p.link(site, function, receiver, site.destination)

    p.solver.watch(p.written(generic, "register"), watch)
