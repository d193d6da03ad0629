"""Route templates of HTTP functions: parameters, constraints, catch-alls, and which one wins."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from .exceptions import HostError

__all__ = ["Route", "RouteTable"]


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP function and where it is found; no methods means all of them."""

    function: str
    template: str
    methods: frozenset[str]
    auth: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    route: Route
    regex: re.Pattern[str]
    constraints: dict[str, list[Callable[[str], bool]]]
    order: tuple[int, ...]
    defaults: dict[str, str] = field(default_factory=dict[str, str])


class RouteTable:
    """Finds the function for a method and path, by ASP.NET's rules of precedence."""

    def __init__(self, routes: Iterable[Route], prefix: str) -> None:
        self._patterns = sorted((_compile(route, prefix) for route in routes), key=lambda pattern: pattern.order)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a percent-encoded path, with its parameters decoded, or None."""
        for pattern in self._patterns:
            if pattern.route.methods and method not in pattern.route.methods:
                continue
            match = pattern.regex.fullmatch(path)
            if match is None:
                continue
            values = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
            checks = ((check, values[name]) for name in values for check in pattern.constraints.get(name, ()))
            if all(check(value) for check, value in checks):
                return pattern.route, {**pattern.defaults, **values}
        return None


def _compile(route: Route, prefix: str) -> _Pattern:
    template = "/".join(part for part in (prefix, route.template.strip("/")) if part)
    constraints: dict[str, list[Callable[[str], bool]]] = {}
    defaults: dict[str, str] = {}
    order: list[int] = []
    regex = ""
    for segment in _split(template, "/"):
        text, weight, optional = "", 1, False
        for literal, parameter in _parts(segment):
            text += re.escape(literal)
            if parameter is None:
                continue
            name, checks, default, is_optional, is_rest = _parameter(parameter, route)
            constraints[name] = checks
            if default is not None:
                defaults[name] = default
            optional = optional or is_optional or default is not None
            text += f"(?P<{name}>{'.*' if is_rest else '[^/]+'})"
            weight = (4 if checks else 5) if is_rest else (2 if checks or literal else 3)
            optional = optional or is_rest
        regex += f"(?:/{text})?" if optional else f"/{text}"
        order.append(weight)
    return _Pattern(route, re.compile((regex or "/?") + "/?", re.IGNORECASE), constraints, (*order, 0), defaults)


def _parts(segment: str) -> Iterable[tuple[str, str | None]]:
    """``a{b}c`` as literal text and parameter, in order; a regular expression may hold braces."""
    literal, position = "", 0
    while position < len(segment):
        if segment[position] != "{":
            literal += segment[position]
            position += 1
            continue
        depth, end = 0, position
        while end < len(segment):
            depth += {"{": 1, "}": -1}.get(segment[end], 0)
            if depth == 0:
                break
            end += 1
        yield literal, segment[position + 1 : end]
        literal, position = "", end + 1
    if literal:
        yield literal, None


def _parameter(text: str, route: Route) -> tuple[str, list[Callable[[str], bool]], str | None, bool, bool]:
    rest = text.startswith("*")
    head, *constraints = _split(text.lstrip("*"), ":")
    tail = constraints[-1] if constraints else head
    optional = tail.endswith("?")
    tail = tail.removesuffix("?")
    tail, _, default = tail.partition("=")
    if constraints:
        constraints[-1] = tail
    else:
        head = tail
    if not head.isidentifier():
        raise HostError(
            f"the route '{route.template}' of function {route.function} has no proper parameter in {{{text}}}"
        )
    return head, [_constraint(item, route) for item in constraints], default or None, optional, rest


def _split(text: str, separator: str) -> list[str]:
    """Split outside of braces and parentheses."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(letter, 0)
        if letter == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            parse(value)
        except (ValueError, InvalidOperation):
            return False
        return True

    return check


def _whole(bits: int) -> Callable[[str], bool]:
    limit = 1 << bits - 1
    return lambda value: bool(re.fullmatch(r"[+-]?\d+", value)) and -limit <= int(value) < limit


def _number_in(low: float, high: float) -> Callable[[str], bool]:
    return lambda value: bool(re.fullmatch(r"[+-]?\d+", value)) and low <= int(value) <= high


def _length_in(low: float, high: float) -> Callable[[str], bool]:
    return lambda value: low <= len(value) <= high


def _constraint(text: str, route: Route) -> Callable[[str], bool]:
    name, _, rest = text.partition("(")
    argument = rest.removesuffix(")")
    simple: dict[str, Callable[[str], bool]] = {
        "int": _whole(32),
        "long": _whole(64),
        "bool": lambda value: value.lower() in ("true", "false"),
        "guid": _parses(uuid.UUID),
        "datetime": _parses(datetime.fromisoformat),
        "decimal": _parses(Decimal),
        "double": _parses(float),
        "float": _parses(float),
        "alpha": lambda value: bool(re.fullmatch(r"[A-Za-z]*", value)),
        "required": bool,
    }
    if name in simple:
        return simple[name]
    if name == "regex":
        pattern = re.compile(argument, re.IGNORECASE)
        return lambda value: bool(pattern.search(value))
    try:
        low, _, high = argument.partition(",")
        bounds: dict[str, Callable[[], Callable[[str], bool]]] = {
            "min": lambda: _number_in(int(low), float("inf")),
            "max": lambda: _number_in(-float("inf"), int(low)),
            "range": lambda: _number_in(int(low), int(high)),
            "minlength": lambda: _length_in(int(low), float("inf")),
            "maxlength": lambda: _length_in(0, int(low)),
            "length": lambda: _length_in(int(low), int(high or low)),
        }
        return bounds[name]()
    except (KeyError, ValueError):
        raise HostError(
            f"the route '{route.template}' of function {route.function} has the unknown constraint '{text}'"
        ) from None
