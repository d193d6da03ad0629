"""What happens when a ``class`` statement runs: metaclasses, ``__init_subclass__``, ``__set_name__``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugins.syntax.python.ir import ScopeKind
from plugins.syntax.python.objects import Kind, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["create_classes", "metaclass"]


def metaclass(p: Program, cls: int) -> int:
    """The metaclass of a class if the repository defines it, -1 otherwise."""
    for number in p.hierarchy.order(cls):
        value = p.objects[number]
        if value.kind == Kind.CLASS and value.scope.metaclass:
            for meta in p.solver.listed(p.solver.bases[value.file] + value.scope.metaclass):
                if p.objects[meta].kind == Kind.CLASS:
                    return meta
    return -1


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
                    p.call_function(site, found.function, receiver, 0, "special_method")
        if descriptors:
            for variable in cls.variables.values():
                for entry in p.solver.listed(variable):
                    if p.objects[entry].kind == Kind.INSTANCE:
                        site = p.solver.implicit_site(*place, "__set_name__")
                        p.call_method(site, entry, "__set_name__", [p.single(number)], 0, "special_method")


def _around(p: Program, cls: Value) -> int:
    """The module or function that runs when the class statement does."""
    scopes = p.solver.files[cls.file].scopes
    index = cls.scope.parent
    while scopes[index].kind == ScopeKind.CLASS:
        index = scopes[index].parent
    return index
