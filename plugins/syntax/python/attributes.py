"""Attribute reads and writes, by the kind of value."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

import builtins
import collections
import collections.abc
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.binding import Binder, bind_function, bind_values
from plugins.syntax.python.dispatch import is_generic
from plugins.syntax.python.dynamic_attributes import dictionary
from plugins.syntax.python.elements import read_item, write_item
from plugins.syntax.python.modules import Namespace
from plugins.syntax.python.objects import NAMESPACE, Kind, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["LOADERS", "load", "namespace", "store"]


def load(p: Program, number: int, name: str, destination: int, site: tuple[int, int, int]) -> None:
    """``destination = value.name``; ``site`` is (file, scope, line), in case the read calls something."""
    value = p.objects[number]
    loader = LOADERS[value.kind]
    if loader is not None:
        loader(p, value, name, destination, site)


def namespace(p: Program, value: Value, destination: int) -> None:
    """``destination = value.__dict__``"""
    if value.kind in (Kind.MODULE, Kind.CLASS, Kind.INSTANCE) or (
        value.kind == Kind.CONTAINER and value.name == NAMESPACE
    ):
        p.solver.put(destination, dictionary(p, value).number)


def _module(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if name == "__dict__":
        namespace(p, value, destination)
        return
    known = p.link_module_name(value.file, name, destination)
    if name in p.solver.stored:
        p.solver.edge(p.written(value, name), destination)
    elif not known:
        p.ask_module(value.file, name, destination, site)


def _namespace(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    found = p.index.submodule(Namespace(value.name), name)
    if found is not None:
        p.solver.put(destination, p.solver.module(found))


def _class(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if not p.solver.calls_enabled and (name not in value.variables or value.scope.bases):
        p.solver.postponed.append(lambda: _class(p, value, name, destination, site))
        return
    if name == "__dict__":
        namespace(p, value, destination)
        return
    if name == "__subclasses__":
        _collection(p, value, name, destination, site)
        return
    found = p.hierarchy.class_attribute(value.number, name)
    if found.cls and found.function < 0 and name[0] != "_" and p.hierarchy.is_enumeration(found.owner):
        p.solver.put(destination, p.solver.instance(value.number))
        p.solver.watch(found.cls, partial(_not_member, p, value.number, destination, site))
        return
    if name in p.solver.stored:
        p.hierarchy.read_class(value.number, name, destination)
    if found.function >= 0:
        bind_function(p, p.objects[found.function], value.number, False, destination, site)
    elif found.cls:
        p.solver.watch(found.cls, Binder(p, value.number, False, destination, site))
    elif found.external and _has(found.external, name):
        _inherited(p, found.external, name, destination)
    else:
        _metaclass(p, value, name, destination, site)


def _not_member(p: Program, cls: int, destination: int, site: tuple[int, int, int], delta: Collection[int]) -> None:
    """Functions and classes in the body of an enumeration are no members."""
    kinds = (Kind.FUNCTION, Kind.WRAPPED, Kind.DESCRIPTOR, Kind.CLASS)
    bind_values(p, cls, False, destination, site, {number for number in delta if p.objects[number].kind in kinds})


def _metaclass(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    for number in p.hierarchy.order(value.number):
        cls = p.objects[number]
        if cls.kind != Kind.CLASS or not cls.scope.metaclass:
            continue

        for meta in p.solver.listed(p.solver.bases[cls.file] + cls.scope.metaclass):
            if p.objects[meta].kind == Kind.CLASS:
                found = p.hierarchy.class_attribute(meta, name)
                if found.cls:
                    p.solver.watch(found.cls, Binder(p, value.number, True, destination, site))
        return


def _instance(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    solver = p.solver
    hierarchy = p.hierarchy
    if name == "__class__":
        solver.put(destination, value.cls)
        return
    if name == "__dict__":
        namespace(p, value, destination)
        return
    found = hierarchy.instance_attribute(value.cls, name)
    for variable in found.plain:
        solver.edge(variable, destination)
    if name in solver.stored:
        written = hierarchy.read_instance(value.cls, name, destination)
        solver.watch(written, Binder(p, value.number, True, destination, site))
    if found.function >= 0:
        bind_function(p, p.objects[found.function], value.number, True, destination, site)
    elif found.cls:
        p.solver.watch(found.cls, Binder(p, value.number, True, destination, site))
        if solver.values[found.cls] is None:
            p.dynamic.read(value.cls, name, value.number, destination, site)
    elif name in ("value", "_value_") and hierarchy.is_enumeration(value.cls):
        cls = p.objects[value.cls]
        for member, variable in cls.variables.items():
            if member not in cls.scope.functions and member[0] != "_":
                solver.edge(variable, destination)
    elif found.external and _has(found.external, name):
        _inherited(p, found.external, name, destination)
    elif not found.plain and not name.startswith("__") and not _from_heirs(p, value.cls, name, destination, site):
        p.dynamic.read(value.cls, name, value.number, destination, site)
        if name not in p.solver.stored:
            _fallback(p, value, name, destination, site)


def _inherited(p: Program, external: str, name: str, destination: int) -> None:
    """An attribute that an external base class must have, unless somebody in the repository writes it."""
    number = p.solver.external(f"{external}.{name}")
    if name in p.solver.stored:
        p.inherited.append((destination, number))
    else:
        p.solver.put(destination, number)


def _from_heirs(p: Program, cls: int, name: str, destination: int, site: tuple[int, int, int]) -> bool:
    """What a class leaves to those that derive from it: where it has no attribute of that name itself, an instance
    that is asked for one is an instance of a class that has. Returns whether any has."""
    owners = p.hierarchy.heirs_with(cls, name)
    if len(owners) > _MOST_HEIRS:
        return False
    for owner in owners:
        _instance(p, p.objects[p.solver.instance(owner)], name, destination, site)
    return bool(owners)


_MOST_HEIRS = 8
"""What more classes than this have is not known to be asked of one of them."""


def _fallback(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    """``__getattr__`` is asked for what the class does not have."""
    found = p.hierarchy.instance_attribute(value.cls, "__getattr__")
    if found.function < 0:
        return
    text = p.single(p.solver.constant(f"s{name}"))
    result, new = p.solver.make(Kind.OPAQUE, "getattr", value.number, name, *site)
    if new:
        result.index = p.solver.new()

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                given = p.objects[number]
                # What it returns for other names does not count.
                function = p.objects[given.function] if given.kind == Kind.BOUND else given
                if given.kind in (Kind.METHOD, Kind.EXTERNAL) and given.name.rpartition(".")[2] != name:
                    continue
                inner = not function.is_method and function.scope.parent > 0
                if function.kind != Kind.FUNCTION or function.scope.name == name or inner:
                    p.solver.put(destination, number)

        p.solver.watch(result.index, watch)
    implicit = p.solver.implicit_site(*site, f"__getattr__ {name}")
    p.call_method(implicit, value.number, "__getattr__", [text], result.index, "special_method")


def _super(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    receiver = p.objects[value.receiver]
    cls = receiver.cls if receiver.kind == Kind.INSTANCE else receiver.number
    found = p.hierarchy.after(cls, value.cls, name)
    if found.function >= 0:
        bound = receiver.kind == Kind.INSTANCE
        bind_function(p, p.objects[found.function], receiver.number, bound, destination, site)
    elif found.cls:
        bound = receiver.kind == Kind.INSTANCE
        p.solver.watch(found.cls, Binder(p, receiver.number, bound, destination, site))
    elif found.external and _has(found.external, name):
        p.solver.put(destination, p.solver.external(f"{found.external}.{name}"))
    if name == "__call__" and receiver.kind == Kind.CLASS and found.external == "builtins.type":
        _collection(p, receiver, name, destination, site)


def _external(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if _has(value.name, name):
        p.solver.put(destination, p.solver.external(f"{value.name}.{name}"))


def _has(external: str, name: str) -> bool:
    """Whether something external may have an attribute; what built-in classes have is known."""
    members = _MEMBERS.get(external)
    return members is None or name in members


_MEMBERS = {
    f"{module.__name__}.{name}": frozenset(dir(item))
    for module in (builtins, collections, collections.abc)
    for name, item in vars(module).items()
    if isinstance(item, type)
}
# Its ``param`` is what the fixture is parametrized with, which is not external.
_MEMBERS["pytest.FixtureRequest"] = frozenset(
    {"addfinalizer", "applymarker", "config", "getfixturevalue", "node", "raiseerror", "session"}
)


def _constant(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    cls = "builtins.str" if value.name[0] == "s" else "builtins.int"
    if _has(cls, name):
        p.solver.put(destination, p.solver.external(f"{cls}.{name}"))


def _collection(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if value.kind == Kind.CONTAINER:
        if value.name == NAMESPACE:
            if name == "__dict__":
                namespace(p, value, destination)
            else:
                read_item(p, value, f"s{name}", destination)
            return
        cls = p.objects[value.cls].name if value.cls >= 0 else f"builtins.{value.name}"
        if not _has(cls, name):
            return
    method, new = p.solver.make(Kind.METHOD, value.number, name)
    if new:
        method.function, method.name = value.number, name
    p.solver.put(destination, method.number)


def _function(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if name == "register" and is_generic(value):
        _collection(p, value, name, destination, site)
    if name == "__wrapped__" or name not in p.solver.stored:
        return
    p.solver.edge(p.written(value, name), destination)


def _wrapped(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if name == "__wrapped__":
        p.solver.edge(value.receiver, destination)
    else:
        _function(p, p.objects[value.function], name, destination, site)


def _bound(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if name == "__func__":
        p.solver.put(destination, value.function)
    elif name == "__self__":
        p.solver.put(destination, value.receiver)
    else:
        _function(p, p.objects[value.function], name, destination, site)


def _partial(p: Program, value: Value, name: str, destination: int, site: tuple[int, int, int]) -> None:
    if name == "func":
        p.solver.edge(value.function, destination)


type _Loader = Callable[[Program, Value, str, int, tuple[int, int, int]], None]

_BY_KIND: dict[int, _Loader] = {
    Kind.MODULE: _module,
    Kind.NAMESPACE: _namespace,
    Kind.CLASS: _class,
    Kind.INSTANCE: _instance,
    Kind.SUPER: _super,
    Kind.EXTERNAL: _external,
    Kind.EXTERNAL_INSTANCE: _external,
    Kind.CONSTANT: _constant,
    Kind.CONTAINER: _collection,
    Kind.GENERATOR: _collection,
    Kind.FUNCTION: _function,
    Kind.BOUND: _bound,
    Kind.PARTIAL: _partial,
    Kind.WRAPPED: _wrapped,
}
LOADERS: list[_Loader | None] = [_BY_KIND.get(kind) for kind in range(Kind.COUNT)]
"""By kind of value."""


def store(p: Program, number: int, name: str, source: int, site: tuple[int, int, int]) -> None:
    """``value.name = source``; ``source`` 0: nothing is known of what is written."""
    value = p.objects[number]
    solver = p.solver
    if value.kind == Kind.INSTANCE:
        setter = p.hierarchy.setter(value.cls, name)
        if setter >= 0:
            _call_setter(p, setter, number, name, source, site)
            return
        if p.hierarchy.has_hooks:
            given = [p.single(solver.constant(f"s{name}")), source]
            p.call_method(solver.implicit_site(*site, "__setattr__"), number, "__setattr__", given, 0, "special_method")
        if p.hierarchy.has_descriptors:
            _set_descriptor(p, value, name, source, site)
    if not source:
        return
    if value.kind == Kind.INSTANCE:
        p.hierarchy.write(value.cls, name, True, source)
    elif value.kind == Kind.CLASS:
        variable = value.variables.get(name)
        if variable is not None:
            solver.edge(source, variable)
        else:
            p.hierarchy.write(value.number, name, False, source)
    elif value.kind in (Kind.MODULE, Kind.FUNCTION):
        known = p.module_variable(value.file, name) if value.kind == Kind.MODULE else 0
        solver.edge(source, known or p.written(value, name))
    elif value.kind == Kind.CONTAINER and value.name == NAMESPACE:
        write_item(p, value, f"s{name}", source)
    elif value.kind in (Kind.BOUND, Kind.WRAPPED):
        solver.edge(source, p.written(p.objects[value.function], name))


def _set_descriptor(p: Program, value: Value, name: str, source: int, site: tuple[int, int, int]) -> None:
    """An attribute of the class that defines ``__set__``, or has a function to that end, is told."""
    found = p.hierarchy.instance_attribute(value.cls, name)
    if not found.cls or found.function >= 0:
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            descriptor = p.objects[number]
            implicit = p.solver.implicit_site(*site, f"__set__ {name}")
            if descriptor.kind == Kind.INSTANCE:
                p.call_method(implicit, number, "__set__", [p.single(value.number), source], 0, "descriptor")
            elif descriptor.kind == Kind.DESCRIPTOR and descriptor.receiver > 0:
                p.solver.watch(descriptor.receiver, p.caller(implicit, value.number, [source], 0, "property"))

    p.solver.watch(found.cls, watch)


def _call_setter(p: Program, setter: int, receiver: int, name: str, source: int, site: tuple[int, int, int]) -> None:
    implicit = p.solver.implicit_site(*site, f"{name}=")
    p.call_function(implicit, setter, receiver, 0, "property")
    parameters = p.objects[setter].scope.parameters
    if source and len(parameters) > 1:
        p.solver.edge(source, p.solver.bases[p.objects[setter].file] + parameters[1][1])
