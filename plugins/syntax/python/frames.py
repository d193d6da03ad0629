"""What is known of a module, class or function while it is being read."""

from __future__ import annotations

from plugins.syntax.python.ir import Scope, ScopeKind

__all__ = ["Frame", "Loop"]


class Loop:
    """A loop around what is being read: the versions of names where it is run again, and where it is left.
    ``item``: the names of key and value where it runs over the items of a dictionary, of which ``items`` is the
    variable; the name alone where it runs over what is written down."""

    __slots__ = ("again", "item", "items", "left")

    def __init__(self) -> None:
        self.again: list[dict[str, int]] = []
        self.left: list[dict[str, int]] = []
        self.item = ("", "")
        self.items = 0


class Frame:
    """A scope while it is being read.

    ``variables`` holds every name seen, ``bound`` those that the scope binds; the others belong to an enclosing
    scope and are linked when the scope is left. ``hidden`` are names of comprehensions around a lambda.

    A name that is assigned several times has a variable for each assignment, its *versions*: ``variables`` has the
    first one and ``current`` the one that a statement would read which came next, where that is another one.
    ``assigned`` has all versions that are assigned to, and ``log`` them in their order. Classes have one variable for
    each name, because these are attributes.
    """

    __slots__ = (
        "assigned",
        "bound",
        "current",
        "everything",
        "hidden",
        "hints",
        "index",
        "is_class",
        "lambdas",
        "leaves",
        "log",
        "loops",
        "made",
        "mentions",
        "outer",
        "overlays",
        "rebound",
        "receiver",
        "scope",
        "source",
        "variables",
    )

    def __init__(self, scope: Scope, index: int, outer: Frame | None) -> None:
        self.scope = scope
        self.index = index
        self.outer = outer
        self.variables: dict[str, int] = {}
        self.bound: set[str] = set()
        self.rebound: set[str] = set()
        self.overlays: list[dict[str, int]] = []
        self.hidden: dict[str, int] = {}
        self.current: dict[str, int] = {}
        self.assigned: dict[str, list[int]] = {}
        self.log: list[tuple[str, int]] = []
        self.everything: dict[str, int] = {}
        """By name: a variable that holds what any of the versions does, for those who do not know when they run."""
        self.hints: dict[str, list[tuple[int, int]]] = {}
        """What the annotation of a name says, by seed and operand."""
        self.made: set[str] = set()
        """Names of a class that hold what calls return: these may be descriptors."""
        self.leaves = False
        """Whether the statements just read end with one after which the next is not reached."""
        self.loops: list[Loop] = []
        self.lambdas = 0
        self.mentions: dict[str, int] = {}
        self.receiver = ""
        self.is_class = scope.kind == ScopeKind.CLASS
        # Calls in a class body happen while the enclosing module or function runs.
        self.source: int = outer.source if self.is_class and outer else index
