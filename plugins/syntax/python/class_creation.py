"""What happens when a ``class`` statement runs: metaclasses, ``__init_subclass__``, ``__set_name__``, members of
enumerations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugins.syntax.python.dynamic_attributes import dictionary
from plugins.syntax.python.hierarchy import ENUMERATIONS
from plugins.syntax.python.ir import ScopeKind
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.propagation import LIMIT

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["create_classes", "made_by", "metaclass", "subclasses"]


def metaclass(p: Program, cls: int) -> int:
    """The metaclass of a class if the repository defines it, -1 otherwise."""
    for number in p.hierarchy.order(cls):
        value = p.objects[number]
        if value.kind == Kind.CLASS and value.scope.metaclass:
            for meta in p.solver.listed(p.solver.bases[value.file] + value.scope.metaclass):
                if p.objects[meta].kind == Kind.CLASS:
                    return meta
    return -1


def made_by(p: Program, meta: int) -> list[int]:
    """The classes that a metaclass of the repository makes; none if they are many."""
    if not p.made:
        for number in p.solver.classes:
            p.made.setdefault(metaclass(p, number), []).append(number)
    found = p.made.get(meta, [])
    return found if len(found) <= LIMIT else []


def subclasses(p: Program, site: Site, cls: int) -> None:
    """``cls.__subclasses__()``: unless they are many."""
    value = p.solver.fresh_container("list", site.file, site.destination)
    p.solver.put(site.destination, value.number)
    heirs = [number for number in p.hierarchy.heirs(cls) if cls in p.objects[number].bases]
    for number in heirs if len(heirs) <= LIMIT else ():
        p.solver.put(value.keys[""], number)


def create_classes(p: Program) -> None:
    """The calls that every ``class`` statement makes implicitly."""
    names = {name for number in p.solver.classes for name in p.objects[number].scope.functions}
    hooks = "__init_subclass__" in names
    descriptors = "__set_name__" in names
    metaclasses = any(p.objects[number].scope.metaclass for number in p.solver.classes)
    for number in p.solver.classes if hooks or descriptors or metaclasses else ():
        cls = p.objects[number]
        place = (cls.file, _around(p, cls), cls.scope.line)
        if hooks and len(p.hierarchy.order(number)) > 1:
            found = p.hierarchy.after(number, number, "__init_subclass__")
            if found.function >= 0:
                site = p.solver.implicit_site(*place, "__init_subclass__")
                p.call_function(site, found.function, number, 0, "special_method")
        meta = metaclass(p, number) if metaclasses else -1
        if meta >= 0:
            for name in ("__new__", "__init__"):
                found = p.hierarchy.class_attribute(meta, name)
                if found.function >= 0:
                    receiver = meta if name == "__new__" else number
                    site = p.solver.implicit_site(*place, f"metaclass {name}")
                    if made_by(p, meta):
                        site.positional = [0, 0, _namespace(p, cls)]
                    p.call_function(site, found.function, receiver, 0, "special_method")
        if descriptors:
            for variable in cls.variables.values():
                for entry in p.solver.listed(variable):
                    if p.objects[entry].kind == Kind.INSTANCE:
                        site = p.solver.implicit_site(*place, "__set_name__")
                        p.call_method(site, entry, "__set_name__", [p.single(number)], 0, "special_method")

    enumerations = {heir for name in ENUMERATIONS for heir in p.hierarchy.heirs(p.solver.external(name))}
    for number in sorted(enumerations):
        _make_members(p, number)


def _namespace(p: Program, cls: Value) -> int:
    """The variable of what the body of a class binds, which its metaclass may add to."""
    found = dictionary(p, cls)
    p.dynamic.owners[found.number] = cls.number
    return p.single(found.number)


def _make_members(p: Program, number: int) -> None:
    """The values of an enumeration are the arguments of its constructor, those in a tuple one by one."""
    cls = p.objects[number]
    found = p.hierarchy.class_attribute(number, "__init__")
    if found.function < 0:
        return
    for name, variable in cls.variables.items():
        values = [p.objects[entry] for entry in p.solver.listed(variable)]
        if name[0] == "_" or name in cls.scope.functions or any(value.kind in _NO_MEMBERS for value in values):
            continue
        site = p.solver.implicit_site(cls.file, _around(p, cls), cls.scope.line, f"member {name}")
        if any(value.kind == Kind.CONTAINER and value.name == "tuple" for value in values):
            site.rest = variable
        else:
            site.positional = [variable]
        p.call_function(site, found.function, p.solver.instance(number), 0, "constructor")


_NO_MEMBERS = frozenset({Kind.FUNCTION, Kind.WRAPPED, Kind.DESCRIPTOR, Kind.CLASS})


def _around(p: Program, cls: Value) -> int:
    """The module or function that runs when the class statement does."""
    scopes = p.solver.files[cls.file].scopes
    index = cls.scope.parent
    while scopes[index].kind == ScopeKind.CLASS:
        index = scopes[index].parent
    return index
