"""Models of built-in functions through which functions and objects pass."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import (
    argument_of,
    callback,
    each,
    opaque,
    pairs_of,
    result_of,
    spread_keywords,
    unseen,
    where,
)
from plugins.syntax.python.class_creation import made_by
from plugins.syntax.python.concurrency_calls import CONCURRENCY_CALLS
from plugins.syntax.python.elements import iterate
from plugins.syntax.python.heap_calls import HEAP_CALLS
from plugins.syntax.python.iteration_calls import ITERATION_CALLS
from plugins.syntax.python.namespace_calls import NAMESPACE_CALLS
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.operator_calls import OPERATOR_CALLS
from plugins.syntax.python.protocol_calls import PROTOCOL_CALLS
from plugins.syntax.python.pytest_fixtures import PYTEST_CALLS
from plugins.syntax.python.reflection_calls import REFLECTION_CALLS

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CLASSES", "FUNCTIONS"]

type FunctionModel = Callable[[Program, Site], None]

CLASSES = frozenset(f"builtins.{name}" for name, item in vars(builtins).items() if isinstance(item, type))
"""External callables that are classes though their names do not look like it."""


def _collection(kind: str, cls: str = "") -> FunctionModel:
    """``cls``: the class, if it is not the built-in one."""

    def model(p: Program, site: Site) -> None:
        value = result_of(p, site, kind)
        if cls:
            value.cls = p.solver.external(cls)
        source = argument_of(site, 0)
        if source:
            p.solver.watch(source, lambda delta: each(delta, lambda number: _copy_in(p, site, number, value)))
        if kind == "dict":
            spread_keywords(p, site, value)

    return model


def _copy_in(p: Program, site: Site, number: int, target: Value) -> None:
    source = p.objects[number]
    solver = p.solver
    if source.kind == Kind.CONTAINER and (source.name == "dict") == (target.name == "dict"):
        if source.length >= 0:
            target.length = source.length
        solver.edge(source.keys[""], target.keys[""])
        solver.edge(source.keys["k"], target.keys["k"])
        if target.name == "set":
            solver.edge(source.keys["*"], target.keys[""])
        else:
            solver.copy_keys(source, target)
    elif target.name == "dict":
        # Pairs of keys and values.
        pair = solver.new()
        iterate(p, number, pair, where(site), False)
        pairs_of(p, pair, target)
    else:
        iterate(p, number, target.keys[""], where(site), False)


def _type(p: Program, site: Site) -> None:
    if len(site.positional) != 1 or not argument_of(site, 0):
        return

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.INSTANCE:
                p.solver.put(site.destination, value.cls)
            elif value.kind == Kind.EXTERNAL_INSTANCE:
                p.solver.put(site.destination, p.solver.external(value.name))

    p.solver.watch(argument_of(site, 0), watch)


def _reference(p: Program, site: Site) -> None:
    """``weakref.ref(x)``: what it returns gives x when called."""
    source = argument_of(site, 0)
    if source:
        opaque(p, site, "callable", lambda inner: p.solver.edge(source, inner.destination))


def _new_class(p: Program, site: Site) -> None:
    """``type.__new__(metaclass, name, bases, namespace)``: in a metaclass, any of the classes that it makes."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.CLASS:
                for cls in made_by(p, number):
                    p.solver.put(site.destination, cls)

    if argument_of(site, 0):
        p.solver.watch(argument_of(site, 0), watch)


def _partial(p: Program, site: Site) -> None:
    if argument_of(site, 0):
        value, new = p.solver.make(Kind.PARTIAL, site.file, site.destination)
        if new:
            value.function = argument_of(site, 0)
            value.listeners = [site]
        p.solver.put(site.destination, value.number)


def _partial_method(p: Program, site: Site) -> None:
    if argument_of(site, 0):
        value, new = p.solver.make(Kind.PARTIAL, site.file, site.destination)
        if new:
            value.function = argument_of(site, 0)
            value.listeners = [site]
            value.name = "method"
        p.solver.put(site.destination, value.number)


def _descriptor(name: str) -> FunctionModel:
    def model(p: Program, site: Site) -> None:
        function = argument_of(site, 0, "fget")
        if function:
            value, new = p.solver.make(Kind.DESCRIPTOR, name, site.file, site.destination)
            if new:
                value.name, value.function = name, function
                value.receiver = argument_of(site, 1, "fset") if name == "property" else 0
            p.solver.put(site.destination, value.number)

    return model


def _pass_through(position: int) -> FunctionModel:
    def model(p: Program, site: Site) -> None:
        if argument_of(site, position):
            p.solver.edge(argument_of(site, position), site.destination)

    return model


def _run(position: int, name: str = "") -> FunctionModel:
    """A function that calls its argument and returns what that returned."""

    def model(p: Program, site: Site) -> None:
        callback(p, site, argument_of(site, position, name), *site.positional[position + 1 :], result=site.destination)

    return model


def _gives(cls: str) -> FunctionModel:
    """A function of which it is known of what external class its result is."""

    def model(p: Program, site: Site) -> None:
        p.solver.put(site.destination, p.solver.external_instance(cls))

    return model


def _substitute(position: int) -> FunctionModel:
    """``re.sub``: the replacement may be a function, which is called for every match."""

    def model(p: Program, site: Site) -> None:
        callback(p, site, argument_of(site, position, "repl"), external=False)

    return model


def _default_dict(p: Program, site: Site) -> None:
    value = result_of(p, site, "dict")
    value.cls = p.solver.external("collections.defaultdict")
    factory = argument_of(site, 0)
    callback(p, site, factory, result=value.keys[""], external=False)


def _field(p: Program, site: Site) -> None:
    """``field(default_factory=f)``: whoever makes an instance of the class calls f, so no call is recorded here."""
    for name, argument in site.keywords:
        if argument > 0 and name in ("default_factory", "factory"):
            p.call_variable(unseen(site, site.destination), argument)
        elif argument > 0 and name == "default":
            p.solver.edge(argument, site.destination)


def _nothing(p: Program, site: Site) -> None:
    return


_QUEUES = [
    *(f"queue.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")),
    *(f"asyncio.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue")),
    *(f"multiprocessing.{name}" for name in ("Queue", "SimpleQueue", "JoinableQueue")),
]

_PATHS = ("absolute", "cwd", "expanduser", "home", "joinpath", "resolve", "with_name", "with_stem", "with_suffix")

FUNCTIONS: dict[str, FunctionModel] = {
    **PROTOCOL_CALLS,
    **ITERATION_CALLS,
    **HEAP_CALLS,
    **CONCURRENCY_CALLS,
    **OPERATOR_CALLS,
    **REFLECTION_CALLS,
    **NAMESPACE_CALLS,
    **PYTEST_CALLS,
    "builtins.super": _nothing,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.frozenset": _collection("set", "builtins.frozenset"),
    "builtins.dict": _collection("dict"),
    "collections.OrderedDict": _collection("dict", "collections.OrderedDict"),
    "collections.deque": _collection("list", "collections.deque"),
    "collections.defaultdict": _default_dict,
    **{name: _collection("list", name) for name in _QUEUES},
    "dataclasses.field": _field,
    "attrs.field": _field,
    "attr.ib": _field,
    "builtins.type": _type,
    "builtins.type.__new__": _new_class,
    "functools.partial": _partial,
    "functools.partialmethod": _partial_method,
    "functools.update_wrapper": _pass_through(0),
    "functools.lru_cache": _pass_through(0),
    "functools.cache": _pass_through(0),
    "builtins.staticmethod": _descriptor("staticmethod"),
    "builtins.classmethod": _descriptor("classmethod"),
    "builtins.property": _descriptor("property"),
    "functools.cached_property": _descriptor("property"),
    "functools.cmp_to_key": _pass_through(0),
    "enum.member": _partial,
    "enum.nonmember": _pass_through(0),
    "dataclasses.replace": _pass_through(0),
    "copy.replace": _pass_through(0),
    "copy.copy": _pass_through(0),
    "copy.deepcopy": _pass_through(0),
    "typing.cast": _pass_through(1),
    "asyncio.run": _pass_through(0),
    "asyncio.create_task": _pass_through(0),
    "asyncio.to_thread": _run(0),
    "re.compile": _gives("re.Pattern"),
    **{
        f"re.{owner}{name}": _gives("re.Match")
        for owner in ("", "Pattern.")
        for name in ("match", "search", "fullmatch")
    },
    "weakref.ref": _reference,
    "weakref.proxy": _pass_through(0),
    "logging.getLogger": _gives("logging.Logger"),
    **{f"pathlib.Path.{name}": _gives("pathlib.Path") for name in _PATHS},
    **{f"re.{name}": _substitute(1) for name in ("sub", "subn")},
    **{f"re.Pattern.{name}": _substitute(0) for name in ("sub", "subn")},
}
