"""What iterating over a value gives, and what is read from and written to its elements."""

# ruff: noqa: ARG001  (what `keyed` applies shares a signature)

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from plugins.syntax.python.class_creation import metaclass
from plugins.syntax.python.objects import Kind, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["class_item", "iterate", "keyed", "loaded_module", "member", "missing", "read_item", "write_item"]


def iterate(p: Program, number: int, destination: int, site: tuple[int, int, int], asynchronous: bool) -> None:
    """``destination`` gets what an iteration over the value gives."""
    value = p.objects[number]
    solver = p.solver
    if value.kind == Kind.CONTAINER:
        solver.edge(value.keys["k" if value.name == "dict" else "*"], destination)
    elif value.kind == Kind.GENERATOR:
        solver.edge(value.function, destination)
    elif value.kind == Kind.INSTANCE:
        first, following = ("__aiter__", "__anext__") if asynchronous else ("__iter__", "__next__")
        iterator = _iterator(p, value, number, first, site)
        if iterator:

            def watch(delta: Collection[int]) -> None:
                for entry in delta:
                    step = solver.implicit_site(*site, following)
                    called = p.call_method(step, entry, following, (), destination, "iteration")
                    if not called and p.objects[entry].kind != Kind.INSTANCE:
                        iterate(p, entry, destination, site, asynchronous)

            solver.watch(iterator, watch)
        else:
            step = solver.implicit_site(*site, "__getitem__")
            p.call_method(step, number, "__getitem__", (), destination, "iteration")
    elif value.kind == Kind.CLASS and value.scope.bases:
        member(p, value, destination)


def member(p: Program, value: Value, destination: int) -> None:
    """``destination`` gets a member of a class that is an enumeration."""
    if not p.solver.calls_enabled:
        p.solver.postponed.append(lambda: member(p, value, destination))
    elif p.hierarchy.is_enumeration(value.number):
        p.solver.put(destination, p.solver.instance(value.number))


def class_item(p: Program, value: Value, key: Sequence[int], destination: int, place: tuple[int, int, int]) -> None:
    """``destination = cls[...]`` where the metaclass, or the class, has a method for it; ``key``: its variable."""
    if not p.solver.calls_enabled:
        p.solver.postponed.append(lambda: class_item(p, value, key, destination, place))
        return
    meta = metaclass(p, value.number)
    for cls, name in ((meta, "__getitem__"), (value.number, "__class_getitem__")):
        found = p.hierarchy.class_attribute(cls, name).function if cls >= 0 else -1
        if found >= 0:
            site = p.solver.implicit_site(*place, name)
            p.caller(site, value.number, key, destination, "operator")({found})
            return


def missing(p: Program, number: int, key: Sequence[int], destination: int, place: tuple[int, int, int]) -> None:
    """``destination = x[...]`` where x is a dictionary that may be asked for what it does not hold; not by the method
    that puts it there."""
    found = p.hierarchy.instance_attribute(p.objects[number].cls, "__missing__")
    if found.cls and p.solver.files[place[0]].scopes[place[1]].name != "__missing__":
        site = p.solver.implicit_site(*place, "__missing__")
        p.call_method(site, number, "__missing__", key, destination, "special_method")


def _iterator(p: Program, value: Value, number: int, name: str, site: tuple[int, int, int]) -> int:
    """The variable of what ``__iter__`` returns; 0: the class has none."""
    if not p.hierarchy.instance_attribute(value.cls, name).cls:
        return 0
    result, new = p.solver.make(Kind.OPAQUE, "iterator", number, *site)
    if new:
        result.index = p.solver.new()
        p.call_method(p.solver.implicit_site(*site, name), number, name, (), result.index, "iteration")
    return result.index


def read_item(p: Program, value: Value, key: str | None, destination: int) -> None:
    """``destination = container[key]``; ``None``: any key."""
    solver = p.solver
    if key is None:
        solver.edge(value.keys["*"], destination)
        return
    if key[0] == "i" and value.name != "dict":
        index = int(key[1:] or 0)
        if index < 0 and value.length >= 0:
            key = f"i{index + value.length}"
        elif index < 0:
            solver.edge(value.keys["*"], destination)
            return
    solver.edge(value.keys[""], destination)
    solver.edge(solver.key(value, key), destination)


def loaded_module(file: int, p: Program, value: Value, key: str | None, destination: int) -> None:
    """``destination = sys.modules[key]``, in a file."""
    found = p.index.absolute(file, key[1:]) if key is not None and key[0] == "s" and key[1:] else None
    if found is not None:
        p.solver.put(destination, p.solver.module(found))


def write_item(p: Program, value: Value, key: str | None, source: int) -> None:
    """``container[key] = source``; ``None``: any key."""
    solver = p.solver
    if key is None or key.startswith("i-"):
        solver.edge(source, value.keys[""])
    else:
        solver.edge(source, solver.key(value, key))


def keyed(
    p: Program,
    file: int,
    key: int,
    container: Value,
    action: Callable[[Program, Value, str | None, int], None],
    other: int,
) -> None:
    """Apply ``action`` for every constant that a key operand stands for."""
    if key == 0:
        action(p, container, None, other)
    elif key > 0:
        action(p, container, p.solver.files[file].constants[key - 1], other)
    else:
        variable = p.solver.bases[file] - key
        objects = p.objects

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                if objects[number].kind == Kind.CONSTANT:
                    action(p, container, objects[number].name, other)

        p.solver.watch(variable, watch)
        p.open_keys.append((variable, container, action, other))
