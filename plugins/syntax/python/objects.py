"""The abstract values that variables may hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plugins.syntax.python.ir import Scope, ScopeFlag, ScopeKind

__all__ = ["RANKS", "Kind", "Site", "Value"]


class Kind:
    """What an abstract value is."""

    COUNT = 17

    MODULE = 0
    NAMESPACE = 1
    CLASS = 2
    FUNCTION = 3
    INSTANCE = 4
    """of a class of the repository: all instances of a class are one value"""
    BOUND = 5
    """function with receiver"""
    EXTERNAL = 6
    """something of a built-in or external package, by its dotted name"""
    EXTERNAL_INSTANCE = 7
    CONTAINER = 8
    """one per place in the source that makes a list, tuple, set or dict"""
    GENERATOR = 9
    SUPER = 10
    CONSTANT = 11
    METHOD = 12
    """method of a container or generator"""
    PARTIAL = 13
    DESCRIPTOR = 14
    """static or class method or property made by a call"""
    OPAQUE = 15
    """result of external code, of which nothing is known"""
    WRAPPED = 16
    """a wrapper together with what it wraps: ``receiver`` is the variable of the wrapped function"""


class Value:
    """An abstract value; which fields mean something depends on ``kind``.

    Values are known by their numbers, so that sets of them are ordered alike in every process.
    """

    __slots__ = (
        "attributes",
        "bases",
        "cls",
        "file",
        "function",
        "hint",
        "index",
        "keys",
        "kind",
        "length",
        "listeners",
        "mro",
        "name",
        "number",
        "receiver",
        "scope",
        "variables",
    )

    def __init__(self, kind: int, number: int) -> None:
        self.kind = kind
        self.number = number
        self.file = -1
        """MODULE, CLASS, FUNCTION, CONTAINER: position of the file."""
        self.index = -1
        """CLASS, FUNCTION: scope; CONTAINER: number in the file."""
        self.name = ""
        """EXTERNAL, EXTERNAL_INSTANCE: dotted name; CONTAINER: kind; METHOD: name; CONSTANT: text."""
        self.scope: Scope = _NO_SCOPE
        self.cls = -1
        """INSTANCE: its class; FUNCTION: the class that defines it; SUPER: the class after which to look."""
        self.function = -1
        """BOUND, PARTIAL, GENERATOR: the function; METHOD, DESCRIPTOR: what it belongs to."""
        self.receiver = -1
        """BOUND, SUPER; GENERATOR: the variable of what it returns."""
        self.hint = False
        """INSTANCE: known only from an annotation."""
        self.variables: dict[str, int] = _NO_NAMES
        """CLASS: variables of names in the body and of attributes written later."""
        self.attributes: dict[str, int] = _NO_NAMES
        """CLASS: variables of attributes of instances."""
        self.bases: list[int] = _NO_NUMBERS
        self.mro: list[int] = _NO_NUMBERS
        self.keys: dict[str, int] = _NO_NAMES
        """CLASS: variables of attributes written from outside.
        CONTAINER: variables by constant key; "" unknown keys, "*" everything, "k" the keys."""
        self.length = -1
        """CONTAINER: number of elements where it is written down."""
        self.listeners: Sequence[Any] = ()
        """CONTAINER: called with (key, variable) for every new constant key."""

    @property
    def is_method(self) -> bool:
        """FUNCTION: whether it is defined in a class body."""
        return bool(self.scope.flags & ScopeFlag.METHOD)


_NO_NAMES: dict[str, int] = {}
_NO_NUMBERS: list[Any] = []
_NO_SCOPE = Scope(ScopeKind.MODULE, "", "", -1, 0, 0)


RANKS = {
    how: rank
    for rank, how in enumerate(
        (
            "direct", "import", "builtin", "external", "constructor", "self_attribute", "attribute", "mro",
            "special_method", "property", "context_manager", "decorator", "descriptor", "operator", "iteration",
            "callback", "points_to", "annotation",
        )
    )
}  # fmt: skip
"""How something is found to be called, best first."""


class Site:
    """A place from which something is called: a call, or a construct that calls implicitly."""

    __slots__ = (
        "_first",
        "_how",
        "_linked",
        "_more",
        "_recorder",
        "callbacks",
        "destination",
        "file",
        "flag",
        "keywords",
        "line",
        "mapping",
        "name",
        "positional",
        "rest",
        "scope",
    )

    def __init__(
        self,
        file: int,
        scope: int,
        line: int,
        flag: int = 0,
        name: str = "",
        destination: int = 0,
        positional: Sequence[int] = (),
        keywords: Sequence[tuple[str, int]] = (),
        recorder: Site | None = None,
    ) -> None:
        self.file = file
        self.scope = scope
        self.line = line
        self.flag = flag
        self.name = name
        self.destination = destination
        self.positional = positional
        """Variables (positive) or constants of the file (negative); 0: nothing known."""
        self.keywords = keywords
        self.rest = 0
        self.mapping = 0
        self.callbacks = 0
        self._recorder = recorder if recorder is None or recorder._recorder is None else recorder._recorder
        """The site in the name of which this one calls."""
        self._first = -1
        self._how = ""
        self._more: dict[int, str] | None = None
        self._linked: Any = None

    def found(self, number: int, how: str) -> None:
        """The value is called here. If it was found before in another way, the better of both counts, so that it
        does not matter which came first."""
        site = self._recorder or self
        if site._first == number:
            if how != site._how and RANKS[how] < RANKS[site._how]:
                site._how = how
        elif site._first < 0:
            site._first, site._how = number, how
        elif site._more is None:
            site._more = {number: how}
        else:
            known = site._more.get(number)
            if known is None or RANKS[how] < RANKS[known]:
                site._more[number] = how

    @property
    def targets(self) -> Sequence[tuple[int, str]]:
        """What is called here, and how it was found."""
        if self._first < 0:
            return ()
        if self._more is None:
            return ((self._first, self._how),)
        return ((self._first, self._how), *self._more.items())

    def link_once(self, identity: int) -> bool:
        """Whether the site was not yet linked with what ``identity`` stands for; from now on it is."""
        linked = self._linked
        if linked is None:
            self._linked = identity
            return True
        if type(linked) is int:
            if linked == identity:
                return False
            self._linked = (linked, identity)
            return True
        if identity in linked:
            return False
        if type(linked) is set:
            linked.add(identity)
        else:
            self._linked = (*linked, identity) if len(linked) < 8 else {*linked, identity}
        return True
