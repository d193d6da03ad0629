"""Models of built-in functions that call special methods of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, callback, where
from plugins.syntax.python.objects import Kind, Site

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["PROTOCOL_CALLS", "convert"]

type FunctionModel = Callable[[Program, Site], None]


def _asks(method: str, result: str = "") -> FunctionModel:
    """``function(x)`` calls ``method`` of ``x``; ``result``: the built-in class of what the function returns."""

    def model(p: Program, site: Site) -> None:
        argument = argument_of(site, 0)
        if result:
            if argument:
                p.conversions.append((where(site), argument, method))
            p.solver.put(site.destination, p.solver.external_instance(f"builtins.{result}"))
        elif argument:
            p.solver.watch(argument, partial(_ask, p, site, method, site.destination))

    return model


def convert(p: Program) -> None:
    """The special methods behind ``str(x)``, ``len(x)``, ``f"{x}"`` and the like.

    Nothing but the call comes of them, so they can wait until it is known what ``x`` may be. Almost anything can be
    turned into text: where ``x`` may be many things, it is not known which.
    """
    for place, variable, method in p.conversions:
        instances = [number for number in p.solver.listed(variable) if p.objects[number].kind == Kind.INSTANCE]
        if len(instances) <= _FEW:
            for number in instances:
                name = p.special_method(p.objects[number].cls, method)
                p.call_method(p.solver.implicit_site(*place, name), number, name, (), 0, "special_method")
    p.conversions = []


_FEW = 3


def _ask(p: Program, site: Site, method: str, destination: int, delta: Collection[int]) -> None:
    for number in delta:
        value = p.objects[number]
        if value.kind == Kind.INSTANCE:
            name = p.special_method(value.cls, method)
            p.call_method(p.solver.implicit_site(*where(site), name), number, name, (), destination, "special_method")


def _print(p: Program, site: Site) -> None:
    for argument in site.positional:
        if argument > 0:
            p.conversions.append((where(site), argument, "__str__"))


def _binary(method: str) -> FunctionModel:
    """``operator.add(x, y)`` and the like."""

    def model(p: Program, site: Site) -> None:
        if argument_of(site, 0):
            p.solver.watch(argument_of(site, 0), partial(_ask, p, site, method, site.destination))

    return model


def _enter(p: Program, site: Site) -> None:
    """``stack.enter_context(manager)``: as ``with``."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if value.kind == Kind.INSTANCE:
                for name, destination in (("__enter__", site.destination), ("__exit__", 0)):
                    inner = p.solver.implicit_site(*where(site), name)
                    p.call_method(inner, number, name, (), destination, "context_manager")
            elif value.kind == Kind.GENERATOR:
                p.solver.edge(value.function, site.destination)
            elif value.kind == Kind.EXTERNAL_INSTANCE:
                p.solver.put(site.destination, number)

    if argument_of(site, 0):
        p.solver.watch(argument_of(site, 0), watch)


def _call_later(p: Program, site: Site) -> None:
    """``stack.callback(function, ...)``: called when the stack is left, and returned."""
    callback(p, site, argument_of(site, 0), *site.positional[1:])
    if argument_of(site, 0):
        p.solver.edge(argument_of(site, 0), site.destination)


_OPERATORS = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor", "neg",
    "pos", "invert", "eq", "ne", "lt", "le", "gt", "ge", "contains", "getitem", "setitem", "delitem",
)  # fmt: skip

PROTOCOL_CALLS: dict[str, FunctionModel] = {
    "builtins.print": _print,
    "builtins.str": _asks("__str__", "str"),
    "builtins.repr": _asks("__repr__", "str"),
    "builtins.ascii": _asks("__repr__", "str"),
    "builtins.format": _asks("__format__", "str"),
    "builtins.bytes": _asks("__bytes__", "bytes"),
    "builtins.len": _asks("__len__", "int"),
    "builtins.bool": _asks("__bool__", "bool"),
    "builtins.int": _asks("__int__", "int"),
    "builtins.float": _asks("__float__", "float"),
    "builtins.complex": _asks("__complex__", "complex"),
    "builtins.hash": _asks("__hash__", "int"),
    "builtins.abs": _asks("__abs__"),
    "builtins.round": _asks("__round__"),
    "builtins.divmod": _asks("__divmod__"),
    "builtins.dir": _asks("__dir__"),
    "contextlib.ExitStack.enter_context": _enter,
    "contextlib.ExitStack.callback": _call_later,
    **{f"operator.{name}{'_' if name in ('and', 'or') else ''}": _binary(f"__{name}__") for name in _OPERATORS},
}
