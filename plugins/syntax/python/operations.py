"""What each statement of the intermediate representation does with the values that reach it."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from plugins.syntax.python.attributes import LOADERS, load, store
from plugins.syntax.python.elements import (
    class_item,
    iterate,
    keyed,
    loaded_module,
    member,
    missing,
    read_item,
    write_item,
)
from plugins.syntax.python.ir import NO_BOUND, CallFlag, Op
from plugins.syntax.python.objects import Kind, Value
from plugins.syntax.python.solver import Solver

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["OPERATIONS", "spread"]


def OPERATIONS(p: Program) -> list[Callable[..., None]]:
    """The table of operations by number, for one program."""
    solver = p.solver
    objects, bases, sites = p.objects, solver.bases, solver.sites
    names = [file.names for file in solver.files]
    handlers, call_all = p.handlers, p.call_all

    def _load(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        name = names[file][code[at + 1]]
        destination = bases[file] + code[at + 2]
        site = (file, code[at + 3], code[at + 4])
        for number in delta:
            value = objects[number]
            loader = LOADERS[value.kind]
            if loader is not None:
                loader(p, value, name, destination, site)

    def _store(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        name = solver.files[file].names[code[at + 1]]
        source = solver.bases[file] + code[at + 2] if code[at + 2] else 0
        site = (file, code[at + 3], code[at + 4])
        for number in delta:
            store(p, number, name, source, site)

    def _item(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 2]
        key = [solver.bases[file] - code[at + 1]] if code[at + 1] < 0 else []
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER:
                keyed(p, file, code[at + 1], value, read_item, destination)
            elif value.kind == Kind.INSTANCE:
                site = solver.implicit_site(file, code[at + 3], code[at + 4], "__getitem__")
                if not p.call_method(site, number, "__getitem__", key, destination, "operator"):
                    missing(p, number, key, destination, (file, code[at + 3], code[at + 4]))
            elif value.kind == Kind.EXTERNAL and value.name == "sys.modules":
                keyed(p, file, code[at + 1], value, partial(loaded_module, file), destination)
            elif value.kind in (Kind.CLASS, Kind.EXTERNAL):
                # A generic class with its type arguments, or an enumeration.
                solver.put(destination, number)
                if value.kind == Kind.CLASS:
                    if value.scope.bases or value.scope.metaclass:
                        member(p, value, destination)
                        class_item(p, value, key, destination, (file, code[at + 3], code[at + 4]))
                    elif "__class_getitem__" in value.scope.functions:
                        class_item(p, value, key, destination, (file, code[at + 3], code[at + 4]))

    def _set_item(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        source = solver.bases[file] + code[at + 2]
        key = code[at + 1]
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER:
                if code[at + 2]:
                    keyed(p, file, key, value, write_item, source)
                    if key > 0 and value.number in p.dynamic.owners:
                        p.dynamic.write(
                            p.dynamic.owners[value.number], solver.files[file].constants[key - 1][1:], source
                        )
                if key < 0:
                    solver.edge(solver.bases[file] - key, value.keys["k"])
            elif value.kind == Kind.INSTANCE:
                site = solver.implicit_site(file, code[at + 3], code[at + 4], "__setitem__")
                arguments = [solver.bases[file] - key if key < 0 else 0, source if code[at + 2] else 0]
                p.call_method(site, number, "__setitem__", arguments, 0, "operator")

    def _slice(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 4]
        low, high = code[at + 2], code[at + 3]
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.INSTANCE:
                site = solver.implicit_site(file, code[at + 5], code[at + 6], "__getitem__")
                p.call_method(site, number, "__getitem__", (), destination, "operator")
            if value.kind != Kind.CONTAINER or value.name == "dict":
                continue
            part = solver.container(file, code[at + 1])
            solver.put(destination, part.number)
            solver.edge(value.keys[""], part.keys[""])
            if value.length < 0 and high == NO_BOUND and low >= 0:
                solver.each_key(value, partial(_later_elements, solver, part, low))
                continue
            if low == NO_BOUND + 1 or value.length < 0:
                solver.edge(value.keys["*"], part.keys[""])
                continue
            start, stop, _step = slice(None if low == NO_BOUND else low, None if high == NO_BOUND else high).indices(
                value.length
            )
            part.length = max(0, stop - start)
            for index in range(start, stop):
                source = value.keys.get(f"i{index}")
                if source:
                    solver.edge(source, solver.key(part, f"i{index - start}"))

    def _iter(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 1]
        site = (file, code[at + 2], code[at + 3])
        for number in delta:
            iterate(p, number, destination, site, bool(code[at + 4]))

    def _with(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 1]
        enter, leave = ("__aenter__", "__aexit__") if code[at + 4] else ("__enter__", "__exit__")
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.INSTANCE:
                site = solver.implicit_site(file, code[at + 2], code[at + 3], enter)
                p.call_method(site, number, enter, (), destination, "context_manager")
                site = solver.implicit_site(file, code[at + 2], code[at + 3], leave)
                p.call_method(site, number, leave, (), 0, "context_manager")
            elif value.kind == Kind.GENERATOR:
                solver.edge(value.function, destination)
            elif value.kind == Kind.EXTERNAL_INSTANCE:
                solver.put(destination, number)

    def _call(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        call = code[at + 1]
        site = sites[file][call] or solver.site(file, call)
        if not solver.calls_enabled:
            solver.postponed.append(partial(call_all, site, delta))
            return
        raised = site.flag & CallFlag.RAISE
        for number in delta:
            value = objects[number]
            handler = handlers[value.kind]
            if handler is not None and (not raised or value.kind == Kind.CLASS):
                handler(site, value)

    def _except(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 1]
        if solver.calls_enabled:
            caught(p, delta, destination)
        else:
            # Attributes of instances can be found only once all base classes are known.
            classes = set(delta)
            solver.postponed.append(lambda: caught(p, classes, destination))

    def _super(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        cls = code[at + 1]
        destination = solver.bases[file] + code[at + 2]

        def watch(classes: Collection[int]) -> None:
            for entry in classes:
                if p.objects[entry].kind == Kind.CLASS:
                    superior(entry)

        def superior(entry: int) -> None:
            for number in delta:
                if p.objects[number].kind in (Kind.INSTANCE, Kind.CLASS):
                    solver.put(destination, solver.super(entry, number))

        if cls >= 0:
            superior(solver.definitions[file][cls])
        else:
            delta = set(delta)
            solver.watch(solver.bases[file] + (-1 - cls), watch)

    def _operator(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        name = names[file][code[at + 1]]
        place = (file, code[at + 3], code[at + 4])
        if name in _CONVERSIONS:
            p.conversions.append((place, variable, name))
        else:
            _apply(name, bases[file] + code[at + 2], (), place, delta)

    def _operate(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        base = bases[file]
        place = (file, code[at + 4], code[at + 5])
        _apply(names[file][code[at + 1]], base + code[at + 2], (base + code[at + 3],), place, delta)

    def _narrow(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        base = bases[file]
        if solver.calls_enabled:
            narrow(p, delta, base + code[at + 1], base + code[at + 2], bool(code[at + 3]))
        else:
            # What a class derives from is known only later.
            values = set(delta)
            solver.postponed.append(
                lambda: narrow(p, values, base + code[at + 1], base + code[at + 2], bool(code[at + 3]))
            )

    def _apply(
        name: str, destination: int, others: Sequence[int], place: tuple[int, int, int], delta: Collection[int]
    ) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER:
                if name in _JOINING:
                    solver.put(destination, number)
            elif value.kind == Kind.INSTANCE:
                if name.startswith("match "):
                    fields = p.fields(value.cls)
                    if int(name[6:]) < len(fields):
                        load(p, number, fields[int(name[6:])], destination, place)
                elif name != "join":
                    method = p.special_method(value.cls, name)
                    site = solver.implicit_site(*place, method)
                    p.call_method(site, number, method, others, destination, "operator")
            elif value.kind == Kind.GENERATOR and name == "yield from":
                solver.edge(value.receiver, destination)
            elif value.kind == Kind.EXTERNAL_INSTANCE and name in _KEEPING.get(value.name, ()):
                solver.put(destination, number)

    def _unpack(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        destination = solver.bases[file] + code[at + 2]
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER and value.name != "dict":
                read_item(p, value, f"i{code[at + 1]}", destination)
            elif (field := p.tuple_field(value, code[at + 1])) is not None:
                load(p, number, field, destination, (file, code[at + 3], code[at + 4]))
            else:
                iterate(p, number, destination, (file, code[at + 3], code[at + 4]), False)

    def _unpack_rest(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        first, after = code[at + 1], code[at + 2]
        part = solver.container(file, code[at + 3])
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONTAINER and value.length >= 0:
                solver.edge(value.keys[""], part.keys[""])
                part.length = max(0, value.length - after - first)
                for index in range(first, value.length - after):
                    source = value.keys.get(f"i{index}")
                    if source:
                        solver.edge(source, solver.key(part, f"i{index - first}"))
            else:
                iterate(p, number, part.keys[""], (file, 0, 0), False)

    def _spread(file: int, variable: int, code: Sequence[int], at: int, delta: Collection[int]) -> None:
        target = solver.container(file, code[at + 1])
        for number in delta:
            spread(p, number, target)

    table: dict[int, Any] = {
        Op.LOAD: _load,
        Op.STORE: _store,
        Op.ITEM: _item,
        Op.SET_ITEM: _set_item,
        Op.SLICE: _slice,
        Op.ITER: _iter,
        Op.WITH: _with,
        Op.CALL: _call,
        Op.EXCEPT: _except,
        Op.SUPER: _super,
        Op.OPERATOR: _operator,
        Op.OPERATE: _operate,
        Op.NARROW: _narrow,
        Op.UNPACK: _unpack,
        Op.UNPACK_REST: _unpack_rest,
        Op.SPREAD: _spread,
    }
    return [table.get(number, _load) for number in range(Op.COUNT + 1)]


def _later_elements(solver: Solver, part: Value, low: int, key: str, variable: int) -> None:
    if key[0] == "i" and key[1:].isdigit() and int(key[1:]) >= low:
        solver.edge(variable, solver.key(part, f"i{int(key[1:]) - low}"))


_CONVERSIONS = frozenset({"__format__", "__str__", "__repr__"})
_KEEPING = {
    **{f"pathlib.{name}": frozenset({"__truediv__", "__rtruediv__"}) for name in ("Path", "PurePath")},
    **{f"datetime.{name}": frozenset({"__add__", "__iadd__"}) for name in ("date", "datetime")},
}
"""By external class: the operators of which the result is an instance of the same class."""

_JOINING = frozenset({"__add__", "join", "__iadd__", "__or__", "__ior__", "__mul__", "__sub__", "__and__"})


def caught(p: Program, delta: Collection[int], destination: int) -> None:
    """``except classes as destination``. Which exceptions of the repository there are shows in the end."""
    for number in delta:
        value = p.objects[number]
        if value.kind == Kind.CLASS:
            p.handled.append((number, destination))
        elif value.kind == Kind.EXTERNAL:
            p.solver.put(destination, p.solver.external_instance(value.name))
        elif value.kind == Kind.CONTAINER:
            p.solver.watch(value.keys["*"], lambda classes: caught(p, classes, destination))


def narrow(p: Program, delta: Collection[int], classes: int, destination: int, holds: bool) -> None:
    """``destination`` gets the values that are instances of the classes that a variable holds, or those that are not.
    Where not all of these are classes of the repository, it gets all."""
    objects, solver, hierarchy = p.objects, p.solver, p.hierarchy
    tested = solver.listed(classes)
    if not tested or any(objects[cls].kind != Kind.CLASS or p.is_protocol(cls) for cls in tested):
        solver.add(destination, set(delta))
        return
    for number in delta:
        value = objects[number]
        if value.kind == Kind.INSTANCE:
            is_one = any(cls in hierarchy.order(value.cls) for cls in tested)
            if is_one == holds:
                solver.put(destination, number)
            elif holds and value.hint:
                # An annotation may name a base class of what is there.
                for cls in tested:
                    if value.cls in hierarchy.order(cls):
                        solver.put(destination, solver.instance(cls, True))
        elif not holds or value.kind in _MAYBE_INSTANCES:
            solver.put(destination, number)


_MAYBE_INSTANCES = frozenset({Kind.CLASS, Kind.CONTAINER})
"""Other values that may be instances of classes: of metaclasses, of classes derived from containers."""


def spread(p: Program, number: int, target: Value) -> None:
    """All items of a value go into ``target``."""
    value = p.objects[number]
    solver = p.solver
    if value.kind == Kind.CONTAINER and value.name == "dict" and target.name == "dict":
        if value is target:
            return
        solver.edge(value.keys[""], target.keys[""])
        solver.edge(value.keys["k"], target.keys["k"])
        kept = solver.last_keys.get(target.number, frozenset())

        def take(key: str, variable: int) -> None:
            if key not in kept:
                solver.edge(variable, solver.key(target, key))

        solver.each_key(value, take)
    elif value.kind in (Kind.CONTAINER, Kind.GENERATOR):
        iterate(p, number, target.keys[""], (0, 0, 0), False)
