"""The abstract values that variables may hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from plugins.syntax.python.ir import Scope, ScopeFlag, ScopeKind

__all__ = ["NAMESPACE", "RANKS", "Kind", "Site", "Value"]


class Kind:
    """What an abstract value is."""

    COUNT = 18

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
    TEXT = 17
    """text of which the beginning and the end are known"""


NAMESPACE = "namespace"
"""The kind of container that an object is which is no more than its attributes."""


class _Nowhere(Scope, frozen=True):  # pyright: ignore[reportGeneralTypeIssues]
    """The scope of values that have none: frozen, because one for all can be the default of a field only then."""


class _Names(dict[str, int]):
    """The names of values that have none: one for all, not to be changed."""


_NO_NAMES = _Names()
_NO_NUMBERS: Sequence[int] = ()
_NO_SCOPE = _Nowhere(ScopeKind.MODULE, "", "", -1, 0, 0)


class Value(msgspec.Struct, eq=False):
    """An abstract value; which fields mean something depends on ``kind``.

    Values are known by their numbers, so that sets of them are ordered alike in every process. (Structs because there
    are hundreds of thousands, and these are made faster than other objects.)
    """

    kind: int
    number: int
    file: int = -1
    """MODULE, CLASS, FUNCTION, CONTAINER: position of the file."""
    index: int = -1
    """CLASS, FUNCTION: scope; CONTAINER: number in the file."""
    name: str = ""
    """EXTERNAL, EXTERNAL_INSTANCE: dotted name; CONTAINER: kind; METHOD: name; CONSTANT, TEXT: text."""
    scope: Scope = _NO_SCOPE
    cls: int = -1
    """INSTANCE: its class; FUNCTION: the class that defines it; SUPER: the class after which to look."""
    function: int = -1
    """BOUND, PARTIAL, GENERATOR: the function; METHOD, DESCRIPTOR: what it belongs to."""
    receiver: int = -1
    """BOUND, SUPER; GENERATOR: the variable of what it returns."""
    hint: bool = False
    """INSTANCE: known only from an annotation."""
    variables: dict[str, int] = _NO_NAMES
    """CLASS: variables of names in the body and of attributes written later."""
    attributes: dict[str, int] = _NO_NAMES
    """CLASS: variables of attributes of instances."""
    bases: list[int] = _NO_NUMBERS  # pyright: ignore[reportAssignmentType]
    mro: list[int] = _NO_NUMBERS  # pyright: ignore[reportAssignmentType]
    keys: dict[str, int] = _NO_NAMES
    """CLASS: variables of attributes written from outside.
    CONTAINER: variables by constant key; "" unknown keys, "*" everything, "k" the keys."""
    length: int = -1
    """CONTAINER: number of elements where it is written down."""
    listeners: Sequence[Any] = ()
    """CONTAINER: called with (key, variable) for every new constant key; OPAQUE: called with the site where it
    decorates."""

    @property
    def is_method(self) -> bool:
        """FUNCTION: whether it is defined in a class body."""
        return bool(self.scope.flags & ScopeFlag.METHOD)


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


class Site(msgspec.Struct, eq=False):
    """A place from which something is called: a call, or a construct that calls implicitly."""

    file: int
    scope: int
    line: int
    flag: int = 0
    name: str = ""
    destination: int = 0
    positional: Sequence[int] = ()
    """Variables (positive) or constants of the file (negative); 0: nothing known."""
    keywords: Sequence[tuple[str, int]] = ()
    rest: int = 0
    mapping: int = 0
    callbacks: int = 0
    _recorder: Site | None = None
    """The site in the name of which this one calls."""
    _first: int = -1
    _how: str = ""
    _more: dict[int, str] | None = None
    _linked: Any = None

    def on_behalf(self) -> Site:
        """A call at the same place that is recorded as one of this site."""
        return Site(self.file, self.scope, self.line, _recorder=self._recorder or self)

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
