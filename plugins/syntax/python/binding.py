"""What reading an attribute of a class makes of its value: bound methods, results of properties and descriptors."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import msgspec

from plugins.syntax.python.ir import ScopeFlag
from plugins.syntax.python.objects import Kind, Site, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["Binder", "bind_function", "bind_values"]

_SPECIAL = ScopeFlag.STATIC | ScopeFlag.CLASS_METHOD | ScopeFlag.PROPERTY


class Binder(msgspec.Struct, eq=False):
    """``bind_values`` with all but its last argument: there are many of them."""

    p: Any
    receiver: int
    bound: bool
    destination: int
    site: tuple[int, int, int]

    def __call__(self, delta: Collection[int]) -> None:
        bind_values(self.p, self.receiver, self.bound, self.destination, self.site, delta)


def bind_values(
    p: Program, receiver: int, bound: bool, destination: int, site: tuple[int, int, int], delta: Collection[int]
) -> None:
    """Values of a class attribute are read through ``receiver``. ``bound``: the receiver is an instance (or a class
    seen as an instance of its metaclass), so functions become methods and properties are called."""
    solver, objects = p.solver, p.objects
    for number in delta:
        value = objects[number]
        if value.kind == Kind.FUNCTION:
            bind_function(p, value, receiver, bound, destination, site)
        elif value.kind == Kind.WRAPPED:
            _bind_wrapped(p, value, receiver, bound, destination, site)
        elif value.kind == Kind.DESCRIPTOR:
            _bind_descriptor(p, value, receiver, bound, destination, site)
        elif value.kind == Kind.INSTANCE:
            if p.hierarchy.instance_attribute(value.cls, "__get__").cls:
                implicit = solver.implicit_site(*site, "__get__")
                p.call_method(implicit, number, "__get__", [p.single(receiver)], destination, "descriptor")
            else:
                solver.put(destination, number)
        elif value.kind == Kind.PARTIAL and value.name == "method" and bound:
            solver.put(destination, _bind_partial(p, value, receiver))
        else:
            solver.put(destination, number)


def _bind_partial(p: Program, value: Value, receiver: int) -> int:
    """``functools.partialmethod``: the receiver comes before the arguments that were given."""
    partial_value, new = p.solver.make(Kind.PARTIAL, value.number, receiver)
    if new:
        made: Site = value.listeners[0]
        joined = Site(made.file, made.scope, made.line)
        joined.positional = [*made.positional[:1], p.single(receiver), *made.positional[1:]]
        joined.keywords = made.keywords
        partial_value.function, partial_value.listeners = value.function, [joined]
    return partial_value.number


def _owner_class(p: Program, receiver: int) -> int:
    value = p.objects[receiver]
    return value.cls if value.kind == Kind.INSTANCE else receiver


def bind_function(
    p: Program, value: Value, receiver: int, bound: bool, destination: int, site: tuple[int, int, int]
) -> None:
    """What ``bind_values`` does with a function."""
    solver = p.solver
    flags = value.scope.flags
    if not flags & _SPECIAL or not flags & ScopeFlag.METHOD:
        solver.put(destination, solver.bound(value.number, receiver) if bound else value.number)
    elif flags & ScopeFlag.STATIC:
        solver.put(destination, value.number)
    elif flags & ScopeFlag.CLASS_METHOD:
        solver.put(destination, solver.bound(value.number, _owner_class(p, receiver)))
    elif not bound:
        if not flags & ScopeFlag.PROPERTY:
            solver.put(destination, value.number)
    elif flags & ScopeFlag.PROPERTY:
        implicit = solver.implicit_site(*site, value.scope.name)
        p.call_function(implicit, value.number, receiver, destination, "property")
    else:
        solver.put(destination, solver.bound(value.number, receiver))


def _bind_wrapped(
    p: Program, value: Value, receiver: int, bound: bool, destination: int, site: tuple[int, int, int]
) -> None:
    """A decorated method is what it decorates: static, class method, property or plain."""
    solver = p.solver
    flags = p.wrapped_flags(value)
    if flags & ScopeFlag.STATIC or not (bound or flags & ScopeFlag.CLASS_METHOD):
        solver.put(destination, value.number)
    elif flags & ScopeFlag.CLASS_METHOD:
        solver.put(destination, solver.bound(value.number, _owner_class(p, receiver)))
    elif flags & ScopeFlag.PROPERTY:
        implicit = solver.implicit_site(*site, p.objects[value.function].scope.name)
        implicit.destination = destination
        implicit.found(value.function, "property")
        p.forward(implicit, value, receiver)
    else:
        solver.put(destination, solver.bound(value.number, receiver))


def _bind_descriptor(
    p: Program, value: Value, receiver: int, bound: bool, destination: int, site: tuple[int, int, int]
) -> None:
    """``name = staticmethod(f)``, ``classmethod(f)``, ``property(f)``: ``value.function`` is the variable of f."""
    solver, objects = p.solver, p.objects

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if objects[number].kind != Kind.FUNCTION or value.name == "staticmethod":
                solver.put(destination, number)
            elif value.name == "classmethod":
                solver.put(destination, solver.bound(number, _owner_class(p, receiver)))
            elif bound:
                implicit = solver.implicit_site(*site, objects[number].scope.name)
                p.call_function(implicit, number, receiver, destination, "property")

    solver.watch(value.function, watch)
