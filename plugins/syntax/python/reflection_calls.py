"""Models of what finds attributes and modules by names that are text: ``getattr``, ``vars``, ``import_module``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.attributes import load, namespace, store
from plugins.syntax.python.builtin_support import argument_of, constant_of, each, result_of, where
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.propagation import LIMIT
from plugins.syntax.python.text_patterns import matching

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["REFLECTION_CALLS"]


def _getattr(p: Program, site: Site) -> None:
    name = constant_of(p, site, 1)
    target = argument_of(site, 0)
    if len(site.positional) > 2 and argument_of(site, 2):
        p.solver.edge(argument_of(site, 2), site.destination)
    if not target:
        return

    def read(text: str) -> None:
        p.solver.watch(
            target,
            lambda delta: each(delta, lambda number: load(p, number, text, site.destination, where(site))),
        )

    if name is not None and name[0] == "s":
        read(name[1:])
    elif argument_of(site, 1):
        named = partial(_read_named, p, site, target)
        p.solver.watch(argument_of(site, 1), _names(p, named, partial(_read_matching, p, site, target)))


def _read_named(p: Program, site: Site, target: int, name: str) -> None:
    """``getattr(x, name)``: an object from elsewhere has what is asked of it by name in the source, but not whatever
    a variable may hold."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind != Kind.EXTERNAL_INSTANCE:
                load(p, number, name, site.destination, where(site))

    p.solver.watch(target, watch)


def _read_matching(p: Program, site: Site, target: int, pattern: str) -> None:
    """``getattr(x, f"visit_{name}")``: any of the attributes with such names, unless they are many."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            for name in matching(pattern, _attributes(p, p.objects[number]), LIMIT):
                load(p, number, name, site.destination, where(site))

    p.solver.watch(target, watch)


def _attributes(p: Program, value: Value) -> set[str]:
    """The names that a module, or a class of the repository or those it derives from, is known to bind."""
    if value.kind == Kind.MODULE:
        return set(p.solver.files[value.file].scopes[0].variables)
    if value.kind not in (Kind.INSTANCE, Kind.CLASS):
        return set()
    cls = value.cls if value.kind == Kind.INSTANCE else value.number
    return {name for number in p.hierarchy.order(cls) for name in p.objects[number].variables}


def _names(
    p: Program, action: Callable[[str], None], matching_action: Callable[[str], None]
) -> Callable[[Collection[int]], None]:
    """Do ``action`` for every constant text, and ``matching_action`` for every pattern of text."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.CONSTANT and value.name[0] == "s" and len(value.name) > 1:
                action(value.name[1:])
            elif value.kind == Kind.TEXT:
                matching_action(value.name)

    return watch


def _setattr(p: Program, site: Site) -> None:
    name = constant_of(p, site, 1)
    target, source = argument_of(site, 0), argument_of(site, 2)
    if not target:
        return

    def write(text: str) -> None:
        p.solver.watch(target, lambda delta: each(delta, lambda number: _write(p, site, number, text, source)))

    if site.mapping:
        # The name and the value are an item of a dictionary.
        p.solver.watch(site.mapping, partial(_write_items, p, site, target))
    elif source and name is not None and name[0] == "s":
        p.solver.watch(
            target, lambda delta: each(delta, lambda number: store(p, number, name[1:], source, where(site)))
        )
    elif source and argument_of(site, 1):
        p.solver.watch(argument_of(site, 1), _names(p, write, write))


def _write(p: Program, site: Site, number: int, name: str, source: int) -> None:
    if name in p.solver.stored:
        store(p, number, name, source, where(site))
    else:
        p.dynamic.write(number, name, source)


def _write_items(p: Program, site: Site, target: int, delta: Collection[int]) -> None:
    def write(key: str, variable: int) -> None:
        if key[0] == "s":
            p.solver.watch(target, lambda owners: each(owners, lambda n: _write(p, site, n, key[1:], variable)))

    for number in delta:
        if p.objects[number].kind == Kind.CONTAINER:
            p.solver.each_key(p.objects[number], write)


def _set_plainly(p: Program, site: Site) -> None:
    """``object.__setattr__(x, "name", value)``, which the class of ``x`` is not told of."""
    name = constant_of(p, site, 1)
    target, source = argument_of(site, 0), argument_of(site, 2)

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if name is not None and p.objects[number].kind == Kind.INSTANCE:
                p.hierarchy.write(p.objects[number].cls, name[1:], True, source)

    if target and source and name is not None and name[0] == "s":
        p.solver.watch(target, watch)


def _globals(p: Program, site: Site) -> None:
    """``globals()``: the names of the module as a dictionary."""
    p.solver.fill(result_of(p, site, "dict"), p.solver.module_variables(site.file))


def _vars(p: Program, site: Site) -> None:
    """``vars(x)``: as ``x.__dict__``."""
    if argument_of(site, 0):
        p.solver.watch(
            argument_of(site, 0),
            lambda delta: each(delta, lambda number: namespace(p, p.objects[number], site.destination)),
        )


def _import_module(p: Program, site: Site) -> None:
    """``importlib.import_module("a.b")``, also with ``package="a"``, and ``__import__("a")`` with a constant name."""
    text = constant_of(p, site, 0)
    if text is None:
        if argument_of(site, 0):
            names = _names(p, partial(_imported, p, site), partial(_import_matching, p, site))
            p.solver.watch(argument_of(site, 0), names)
    elif text[0] == "s":
        _imported(p, site, text[1:])


def _import_matching(p: Program, site: Site, pattern: str) -> None:
    """``import_module(f"commands.{name}")``: any of the modules with such names, unless they are many."""
    for name in matching(pattern, p.index.names, LIMIT):
        _imported(p, site, name)


def _imported(p: Program, site: Site, name: str) -> None:
    if not name:
        return
    if name.startswith("."):
        level = len(name) - len(name.lstrip("."))
        package = _package(p, site)
        if package:
            dotted = ".".join(filter(None, (*package.split(".")[: package.count(".") + 2 - level], name[level:])))
            found = p.index.absolute(site.file, dotted)
        else:
            found = p.index.relative(site.file, level, name[level:])
    else:
        if site.name == "__import__":
            name = name.partition(".")[0]
        found = p.index.absolute(site.file, name)
    p.solver.put(site.destination, p.solver.external(name) if found is None else p.solver.module(found))


def _package(p: Program, site: Site) -> str:
    """What a relative name is relative to, if that is said by a constant."""
    text = constant_of(p, site, 1)
    for keyword, value in site.keywords:
        if keyword == "package" and value < 0:
            text = p.solver.files[site.file].constants[-value - 1]
    return text[1:] if text else ""


REFLECTION_CALLS: dict[str, Callable[[Program, Site], None]] = {
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _set_plainly,
    "builtins.globals": _globals,
    "builtins.vars": _vars,
    "builtins.__import__": _import_module,
    "importlib.import_module": _import_module,
}
