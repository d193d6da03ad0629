"""Models of what makes objects that are no more than their attributes: ``SimpleNamespace``, ``namedtuple``,
``argparse``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plugins.syntax.python.builtin_support import argument_of, constant_of, opaque, result_of, spread_keywords
from plugins.syntax.python.objects import NAMESPACE, Site, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["NAMESPACE_CALLS"]

_PARSING = frozenset({"parse_args", "parse_known_args"})


def _namespace(cls: str) -> Callable[[Program, Site], None]:
    def model(p: Program, site: Site) -> None:
        value = result_of(p, site, NAMESPACE)
        value.cls = p.solver.external(cls)
        spread_keywords(p, site, value)

    return model


def _named_tuple(p: Program, site: Site) -> None:
    """``namedtuple("Name", "first second")``: what it returns makes tuples of which the elements have names."""
    text = constant_of(p, site, 1)
    if text is None or text[0] != "s":
        return

    def called(inner: Site) -> None:
        value = result_of(p, inner, NAMESPACE)
        value.cls = p.solver.external("builtins.tuple")
        for position, name in enumerate(text[1:].replace(",", " ").split()):
            argument = argument_of(inner, position, name)
            if argument:
                p.solver.edge(argument, p.solver.key(value, f"s{name}"))
                p.solver.edge(argument, p.solver.key(value, f"i{position}"))

    opaque(p, site, "callable", called)


# Command lines ---------------------------------------------------------------------------------------------------


def _shared(p: Program) -> Value:
    """What files say about command lines that they do not parse themselves."""
    return p.solver.fresh_container(NAMESPACE, "argparse")


def _parsed(p: Program, file: int) -> Value:
    """The result of parsing a command line in a file. Which parser it is of is not followed: programs have one, but a
    repository has many programs, so that what another file says and parses does not count."""
    value = p.solver.fresh_container(NAMESPACE, "argparse", file)
    if value.cls < 0:
        value.cls = p.solver.external("argparse.Namespace")
        p.solver.copy_keys(_shared(p), value)
    return value


def _said(p: Program, site: Site) -> Value:
    return _parsed(p, site.file) if not _PARSING.isdisjoint(p.solver.files[site.file].names) else _shared(p)


def _set_defaults(p: Program, site: Site) -> None:
    spread_keywords(p, site, _said(p, site))


def _add_argument(p: Program, site: Site) -> None:
    """``parser.add_argument("--name", dest="name", default=f, const=g)``"""
    constants = p.solver.files[site.file].constants
    name = next((constants[-value - 1] for keyword, value in site.keywords if keyword == "dest" and value < 0), "")
    given = [constants[-value - 1] for value in site.positional if value < 0]
    if not name and given:
        option = next((text for text in given if text.startswith("s--")), given[0])
        name = f"s{option[1:].lstrip('-').replace('-', '_')}"
    for keyword, value in site.keywords:
        if value > 0 and name and keyword in ("default", "const"):
            p.solver.edge(value, p.solver.key(_said(p, site), name))


def _parse(p: Program, site: Site) -> None:
    p.solver.put(site.destination, _parsed(p, site.file).number)


def _parse_known(p: Program, site: Site) -> None:
    pair = result_of(p, site, "tuple")
    p.solver.put(p.solver.key(pair, "i0"), _parsed(p, site.file).number)


def _makes(cls: str) -> Callable[[Program, Site], None]:
    def model(p: Program, site: Site) -> None:
        p.solver.put(site.destination, p.solver.external_instance(f"argparse.{cls}"))

    return model


_GROUPS = {"add_argument_group": "_ArgumentGroup", "add_mutually_exclusive_group": "_MutuallyExclusiveGroup"}
_OWNERS = ("ArgumentParser", *_GROUPS.values())

NAMESPACE_CALLS: dict[str, Callable[[Program, Site], None]] = {
    "types.SimpleNamespace": _namespace("types.SimpleNamespace"),
    "collections.namedtuple": _named_tuple,
    "argparse.Namespace": _namespace("argparse.Namespace"),
    "argparse.ArgumentParser.parse_args": _parse,
    "argparse.ArgumentParser.parse_known_args": _parse_known,
    "argparse.ArgumentParser.set_defaults": _set_defaults,
    "argparse.ArgumentParser.add_subparsers": _makes("_SubParsersAction"),
    "argparse._SubParsersAction.add_parser": _makes("ArgumentParser"),
    **{f"argparse.{owner}.add_argument": _add_argument for owner in _OWNERS},
    **{f"argparse.{owner}.{name}": _makes(made) for owner in _OWNERS for name, made in _GROUPS.items()},
}
