"""Models of built-in functions and methods through which functions and objects pass."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING

from plugins.syntax.python.attributes import load, store
from plugins.syntax.python.ir import CallFlag
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.operations import iterate, read_item, spread, write_item

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CLASSES", "FUNCTIONS", "GENERATOR_METHODS", "METHODS"]

type FunctionModel = Callable[[Program, Site], None]
type MethodModel = Callable[[Program, Site, Value], None]

CLASSES = frozenset(f"builtins.{name}" for name, item in vars(builtins).items() if isinstance(item, type))
"""External callables that are classes though their names do not look like it."""


def _where(site: Site) -> tuple[int, int, int]:
    return (site.file, site.scope, site.line)


def _argument(site: Site, position: int, name: str = "") -> int:
    """The variable of an argument; 0: not given or a constant."""
    if position < len(site.positional):
        return max(0, site.positional[position])
    for keyword, value in site.keywords:
        if keyword == name:
            return max(0, value)
    return 0


def _constant(p: Program, site: Site, position: int) -> str | None:
    """A constant argument as the text of the table of constants."""
    if position < len(site.positional) and site.positional[position] < 0:
        return p.solver.files[site.file].constants[-site.positional[position] - 1]
    return None


def _result(p: Program, site: Site, kind: str) -> Value:
    """The container that a call returns."""
    value = p.solver.fresh_container(kind, site.file, site.destination)
    p.solver.put(site.destination, value.number)
    return value


def _each(delta: set[int], action: Callable[[int], None]) -> None:
    for number in delta:
        action(number)


def _elements(p: Program, site: Site, source: int, destination: int) -> None:
    """``destination`` gets the elements of whatever ``source`` holds."""
    if source and destination:

        def watch(delta: set[int]) -> None:
            for number in delta:
                iterate(p, number, destination, _where(site), False)

        p.solver.watch(source, watch)


def _callback(p: Program, site: Site, function: int, *arguments: int, result: int = 0) -> None:
    """External code calls ``function`` on behalf of ``site``."""
    if not function:
        return
    site.callbacks += 1
    inner = p.solver.implicit_site(site.file, site.scope, site.line, f"<callback {site.destination} {site.callbacks}>")
    inner.positional = list(arguments)
    inner.destination = result
    inner.flag = CallFlag.CALLBACK
    p.call_variable(inner, function)


def _collection(kind: str) -> FunctionModel:
    def model(p: Program, site: Site) -> None:
        value = _result(p, site, kind)
        source = _argument(site, 0)
        if source:
            p.solver.watch(source, lambda delta: _each(delta, lambda number: _copy_in(p, site, number, value)))
        if kind == "dict":
            for name, argument in site.keywords:
                if argument > 0:
                    p.solver.edge(argument, p.solver.key(value, f"s{name}"))

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
            solver.each_key(source, lambda key, variable: solver.edge(variable, solver.key(target, key)))
    elif target.name == "dict":
        # Pairs of keys and values.
        pair = solver.new()
        iterate(p, number, pair, _where(site), False)
        _pairs(p, pair, target)
    else:
        iterate(p, number, target.keys[""], _where(site), False)


def _pairs(p: Program, pair: int, target: Value) -> None:
    def watch(delta: set[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER:
                read_item(p, value, "i0", target.keys["k"])
                read_item(p, value, "i1", target.keys[""])

    p.solver.watch(pair, watch)


def _any_order(p: Program, site: Site) -> None:
    """``sorted``, ``reversed``: the elements in another order, and the key function is called."""
    value = _result(p, site, "list")
    source = _argument(site, 0)
    _elements(p, site, source, value.keys[""])
    _key_function(p, site, source)


def _key_function(p: Program, site: Site, source: int) -> None:
    key = next((argument for name, argument in site.keywords if name == "key" and argument > 0), 0)
    if key:
        element = p.solver.new()
        _elements(p, site, source, element)
        _callback(p, site, key, element)


def _extreme(p: Program, site: Site) -> None:
    """``min``, ``max``."""
    if len(site.positional) == 1:
        _elements(p, site, _argument(site, 0), site.destination)
    else:
        for argument in site.positional:
            if argument > 0:
                p.solver.edge(argument, site.destination)
    _key_function(p, site, _argument(site, 0))


def _map(p: Program, site: Site) -> None:
    value = _result(p, site, "list")
    elements: list[int] = []
    for position in range(1, len(site.positional)):
        element = p.solver.new()
        _elements(p, site, _argument(site, position), element)
        elements.append(element)
    _callback(p, site, _argument(site, 0), *elements, result=value.keys[""])


def _filter(p: Program, site: Site) -> None:
    value = _result(p, site, "list")
    source = _argument(site, 1)
    _elements(p, site, source, value.keys[""])
    element = p.solver.new()
    _elements(p, site, source, element)
    _callback(p, site, _argument(site, 0), element)


def _reduce(p: Program, site: Site) -> None:
    element, total = p.solver.new(), p.solver.new()
    _elements(p, site, _argument(site, 1), element)
    p.solver.edge(element, total)
    if _argument(site, 2):
        p.solver.edge(_argument(site, 2), total)
    _callback(p, site, _argument(site, 0), total, element, result=total)
    p.solver.edge(total, site.destination)


def _next(p: Program, site: Site) -> None:
    source = _argument(site, 0)
    if _argument(site, 1):
        p.solver.edge(_argument(site, 1), site.destination)
    if not source:
        return

    def watch(delta: set[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.INSTANCE:
                inner = p.solver.implicit_site(*_where(site), "__next__")
                p.call_method(inner, number, "__next__", (), site.destination, "iteration")
            else:
                iterate(p, number, site.destination, _where(site), False)

    p.solver.watch(source, watch)


def _iter(p: Program, site: Site) -> None:
    source = _argument(site, 0)
    if len(site.positional) == 2:
        value = _result(p, site, "list")
        _callback(p, site, source, result=value.keys[""])
        return

    def watch(delta: set[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.INSTANCE:
                inner = p.solver.implicit_site(*_where(site), "__iter__")
                p.call_method(inner, number, "__iter__", (), site.destination, "iteration")
            else:
                p.solver.put(site.destination, number)

    if source:
        p.solver.watch(source, watch)


def _enumerate(p: Program, site: Site) -> None:
    value = _result(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    _elements(p, site, _argument(site, 0), p.solver.key(pair, "i1"))


def _zip(p: Program, site: Site) -> None:
    value = _result(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    for position in range(len(site.positional)):
        _elements(p, site, _argument(site, position), p.solver.key(pair, f"i{position}"))


def _chain(p: Program, site: Site) -> None:
    value = _result(p, site, "list")
    for position in range(len(site.positional)):
        _elements(p, site, _argument(site, position), value.keys[""])


def _getattr(p: Program, site: Site) -> None:
    name = _constant(p, site, 1)
    target = _argument(site, 0)
    if len(site.positional) > 2 and _argument(site, 2):
        p.solver.edge(_argument(site, 2), site.destination)
    if not target:
        return

    def read(text: str) -> None:
        p.solver.watch(
            target,
            lambda delta: _each(delta, lambda number: load(p, number, text, site.destination, _where(site))),
        )

    if name is not None and name[0] == "s":
        read(name[1:])
    elif _argument(site, 1):
        p.solver.watch(_argument(site, 1), _names(p, read))


def _names(p: Program, action: Callable[[str], None]) -> Callable[[set[int]], None]:
    def watch(delta: set[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONSTANT and value.name[0] == "s" and len(value.name) > 1:
                action(value.name[1:])

    return watch


def _setattr(p: Program, site: Site) -> None:
    name = _constant(p, site, 1)
    target, source = _argument(site, 0), _argument(site, 2)
    if target and source and name is not None and name[0] == "s":
        p.solver.watch(
            target, lambda delta: _each(delta, lambda number: store(p, number, name[1:], source, _where(site)))
        )


def _type(p: Program, site: Site) -> None:
    if len(site.positional) != 1 or not _argument(site, 0):
        return

    def watch(delta: set[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.INSTANCE:
                p.solver.put(site.destination, value.cls)
            elif value.kind == Kind.EXTERNAL_INSTANCE:
                p.solver.put(site.destination, p.solver.external(value.name))

    p.solver.watch(_argument(site, 0), watch)


def _import_module(p: Program, site: Site) -> None:
    """``importlib.import_module("a.b")`` and ``__import__("a")`` with a constant name."""
    text = _constant(p, site, 0)
    if text is None:
        if _argument(site, 0):
            p.solver.watch(_argument(site, 0), _names(p, lambda name: _imported(p, site, name)))
    elif text[0] == "s":
        _imported(p, site, text[1:])


def _imported(p: Program, site: Site, name: str) -> None:
    if not name:
        return
    if name.startswith("."):
        level = len(name) - len(name.lstrip("."))
        found = p.index.relative(site.file, level, name[level:])
    else:
        if site.name == "__import__":
            name = name.partition(".")[0]
        found = p.index.absolute(site.file, name)
    p.solver.put(site.destination, p.solver.external(name) if found is None else p.solver.module(found))


def _partial(p: Program, site: Site) -> None:
    if _argument(site, 0):
        value, new = p.solver.make(Kind.PARTIAL, site.file, site.destination)
        if new:
            value.function = _argument(site, 0)
            value.listeners = [site]
        p.solver.put(site.destination, value.number)


def _descriptor(name: str) -> FunctionModel:
    def model(p: Program, site: Site) -> None:
        function = _argument(site, 0, "fget")
        if function:
            value, new = p.solver.make(Kind.DESCRIPTOR, name, site.file, site.destination)
            if new:
                value.name, value.function = name, function
            p.solver.put(site.destination, value.number)

    return model


def _pass_through(position: int) -> FunctionModel:
    def model(p: Program, site: Site) -> None:
        if _argument(site, position):
            p.solver.edge(_argument(site, position), site.destination)

    return model


def _globals(p: Program, site: Site) -> None:
    """``globals()``: the names of the module as a dictionary."""
    value = _result(p, site, "dict")
    base = p.solver.bases[site.file]
    for name, variable in p.solver.files[site.file].scopes[0].variables.items():
        p.solver.edge(base + variable, p.solver.key(value, f"s{name}"))


def _run(position: int, name: str = "") -> FunctionModel:
    """A function that calls its argument and returns what that returned."""

    def model(p: Program, site: Site) -> None:
        _callback(p, site, _argument(site, position, name), *site.positional[position + 1 :], result=site.destination)

    return model


def _default_dict(p: Program, site: Site) -> None:
    value = _result(p, site, "dict")
    _callback(p, site, _argument(site, 0), result=value.keys[""])


def _nothing(p: Program, site: Site) -> None:
    return


FUNCTIONS: dict[str, FunctionModel] = {
    "builtins.super": _nothing,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.frozenset": _collection("set"),
    "builtins.dict": _collection("dict"),
    "collections.OrderedDict": _collection("dict"),
    "collections.deque": _collection("list"),
    "collections.defaultdict": _default_dict,
    "builtins.sorted": _any_order,
    "builtins.reversed": _any_order,
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "functools.reduce": _reduce,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.iter": _iter,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "itertools.chain": _chain,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.type": _type,
    "builtins.globals": _globals,
    "builtins.__import__": _import_module,
    "importlib.import_module": _import_module,
    "functools.partial": _partial,
    "functools.update_wrapper": _pass_through(0),
    "functools.lru_cache": _pass_through(0),
    "functools.cache": _pass_through(0),
    "builtins.staticmethod": _descriptor("staticmethod"),
    "builtins.classmethod": _descriptor("classmethod"),
    "builtins.property": _descriptor("property"),
    "functools.cached_property": _descriptor("property"),
    "copy.copy": _pass_through(0),
    "copy.deepcopy": _pass_through(0),
    "typing.cast": _pass_through(1),
    "asyncio.run": _pass_through(0),
    "asyncio.create_task": _pass_through(0),
    "asyncio.to_thread": _run(0),
}


# Methods of containers and generators --------------------------------------------------------------------------------


def _add(position: int) -> MethodModel:
    def model(p: Program, site: Site, owner: Value) -> None:
        if _argument(site, position):
            p.solver.edge(_argument(site, position), owner.keys[""])

    return model


def _extend(p: Program, site: Site, owner: Value) -> None:
    if _argument(site, 0):
        if owner.name == "dict":
            p.solver.watch(_argument(site, 0), lambda delta: _each(delta, lambda n: _update(p, n, owner)))
        else:
            _elements(p, site, _argument(site, 0), owner.keys[""])
    if owner.name == "dict":
        for name, argument in site.keywords:
            if argument > 0:
                p.solver.edge(argument, p.solver.key(owner, f"s{name}"))


def _update(p: Program, number: int, owner: Value) -> None:
    value = p.objects[number]
    if value.kind == Kind.CONTAINER and value.name == "dict":
        spread(p, number, owner)
    else:
        pair = p.solver.new()
        iterate(p, number, pair, (0, 0, 0), False)
        _pairs(p, pair, owner)


def _keyed(p: Program, site: Site, owner: Value) -> None:
    """``get``, ``pop``, ``setdefault``, ``__getitem__``."""
    key = _constant(p, site, 0)
    if len(site.positional) > 1 and _argument(site, 1):
        p.solver.edge(_argument(site, 1), site.destination)
        if site.name == "setdefault":
            write_item(p, owner, key, _argument(site, 1))
    if key is not None:
        read_item(p, owner, key, site.destination)
    elif _argument(site, 0):
        variable = _argument(site, 0)
        objects = p.objects

        def watch(delta: set[int]) -> None:
            for number in delta:
                if objects[number].kind == Kind.CONSTANT:
                    read_item(p, owner, objects[number].name, site.destination)

        p.solver.watch(variable, watch)
        p.open_keys.append((variable, owner, read_item, site.destination))
    else:
        read_item(p, owner, None, site.destination)


def _set_item(p: Program, site: Site, owner: Value) -> None:
    if _argument(site, 1):
        write_item(p, owner, _constant(p, site, 0), _argument(site, 1))


def _values(p: Program, site: Site, owner: Value) -> None:
    value = _result(p, site, "list")
    p.solver.edge(owner.keys["*"], value.keys[""])


def _keys(p: Program, site: Site, owner: Value) -> None:
    value = _result(p, site, "list")
    p.solver.edge(owner.keys["k"], value.keys[""])


def _items(p: Program, site: Site, owner: Value) -> None:
    value = _result(p, site, "list")
    pair = p.solver.fresh_container("tuple", site.file, site.destination, "pair")
    p.solver.put(value.keys[""], pair.number)
    p.solver.edge(owner.keys["k"], p.solver.key(pair, "i0"))
    p.solver.edge(owner.keys["*"], p.solver.key(pair, "i1"))


def _copy(p: Program, site: Site, owner: Value) -> None:
    p.solver.put(site.destination, owner.number)


def _any_element(p: Program, site: Site, owner: Value) -> None:
    p.solver.edge(owner.keys["*"], site.destination)


def _pop(p: Program, site: Site, owner: Value) -> None:
    if owner.name != "dict" and not site.positional:
        _any_element(p, site, owner)
    else:
        _keyed(p, site, owner)


def _advance(p: Program, site: Site, owner: Value) -> None:
    p.solver.edge(owner.function, site.destination)


def _sort(p: Program, site: Site, owner: Value) -> None:
    key = next((argument for name, argument in site.keywords if name == "key" and argument > 0), 0)
    _callback(p, site, key, owner.keys["*"])


METHODS: dict[str, MethodModel] = {
    "append": _add(0),
    "appendleft": _add(0),
    "add": _add(0),
    "insert": _add(1),
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
}

GENERATOR_METHODS: dict[str, MethodModel] = {
    "__iter__": _copy,
    "__next__": _advance,
    "__anext__": _advance,
    "send": _advance,
}
