"""Base classes, method resolution order, and what an attribute of a class or instance is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from plugins.syntax.python.objects import Kind, Value
from plugins.syntax.python.solver import Solver

__all__ = ["Found", "Hierarchy"]

_NEUTRAL_BASES = frozenset(
    {
        "abc.ABC", "builtins.object", "enum.Enum", "typing.Generic", "typing.NamedTuple", "typing.Protocol",
        "typing_extensions.Protocol", "typing_extensions.Generic",
    }
)  # fmt: skip
"""External bases that add no methods that anybody calls by name."""


LONGEST_ORDER = 200
"""Classes of a method resolution order that are looked at. The longest of real programs have some 30; what is made to
be longer would cost its square in memory, and more in time."""

ENUMERATIONS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"))


class Found(msgspec.Struct, eq=False):
    """Where an attribute may come from."""

    plain: tuple[int, ...]
    """Variables of instance attributes."""
    cls: int
    """Variable of the class attribute that comes first in the method resolution order; 0: none."""
    owner: int
    """The class that has it."""
    function: int
    """The value of the class attribute if that is a function and nothing else; -1: see its variable."""
    external: str
    """The external class that must have it because no class of the repository has."""


_NOTHING = Found((), 0, -1, -1, "")


class _Reader:
    """Who reads an attribute of one class, or of its instances, that is written from outside."""

    __slots__ = ("destinations", "on_class", "order", "sources")

    def __init__(self) -> None:
        self.destinations: list[int] = []
        self.order: list[int] | None = None
        """The method resolution order for which ``sources`` holds."""
        self.sources: Sequence[int] = ()
        self.on_class = 0
        """Of instances: the variable of what is written to the attribute of the class; 0: nobody has asked."""


_NO_READERS: dict[int, _Reader] = {}


class Hierarchy:
    """The classes of the repository as far as their bases are known.

    Bases are values of variables, so they may become known while values are being propagated; ``refresh`` then
    recomputes the orders and returns the classes for which something changed.
    """

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.changed: set[int] = set()
        self._instance: dict[int, dict[str, Found]] = {}
        self._class: dict[int, dict[str, Found]] = {}
        self._enumerations: dict[int, bool] = {}
        self._parents: dict[int, int] = {}
        self._setters = {name for number in solver.classes for name in solver.objects[number].scope.setters}
        self.has_descriptors = any(
            "__set__" in solver.objects[number].scope.functions for number in solver.classes
        ) or any("property" in file.names for file in solver.files)
        """Whether a class may have a ``__set__``, or a ``property(read, write)``."""
        self.has_hooks = any("__setattr__" in solver.objects[number].scope.functions for number in solver.classes)
        """Whether a class may have a ``__setattr__``."""
        self._depth: set[int] = set()
        self._sets: dict[int, frozenset[int]] = {}
        self._heirs: dict[int, list[int]] | None = None
        self._heirs_with: dict[tuple[int, str], list[int]] = {}
        self._complete = False
        """Whether the orders of all classes have been computed once."""
        # Of classes and of their instances: by name, by class.
        self._written: tuple[dict[str, dict[int, int]], ...] = ({}, {})
        self._readers: tuple[dict[str, dict[int, _Reader]], ...] = ({}, {})

    def watch_bases(self) -> None:
        """Follow the base expressions of all classes."""
        solver = self.solver
        for number in solver.classes:
            cls = solver.objects[number]
            base = solver.bases[cls.file]
            cls.bases = [-1] * len(cls.scope.bases)
            for position, variable in enumerate(cls.scope.bases):
                if variable:
                    solver.watch(base + variable, self._base_watcher(cls, position))

    def _base_watcher(self, cls: Value, position: int):
        objects = self.solver.objects

        def watch(delta: Collection[int]) -> None:
            for number in sorted(delta):
                kind = objects[number].kind
                if kind != Kind.CLASS and kind != Kind.EXTERNAL:
                    continue
                if number in cls.bases or number == cls.number:
                    continue
                if cls.bases[position] < 0:
                    cls.bases[position] = number
                elif kind == Kind.CLASS:
                    # Alternatives (a class that depends on the platform): all of them are bases.
                    cls.bases.append(number)
                self.changed.add(cls.number)

        return watch

    def refresh(self) -> set[int]:
        """Recompute what depends on bases that were found since the last call; the affected classes."""
        solver = self.solver
        if not self.changed and self._complete:
            return set()
        objects = solver.objects
        below = self._below(self.changed) if self._complete else solver.classes
        before = {number: objects[number].mro for number in below}
        for number in below:
            objects[number].mro = []
        for number in below:
            self._order(number)
        self.changed = set()
        self._heirs = None
        self._heirs_with = {}
        self._complete = True
        for number in below:
            self._instance.pop(number, None)
            self._class.pop(number, None)
            self._sets.pop(number, None)
            self._enumerations.pop(number, None)
            self._parents.pop(number, None)
        return {number for number, mro in before.items() if mro != objects[number].mro}

    def heirs(self, cls: int) -> list[int]:
        """The classes that derive from this one, by number."""
        if self._heirs is None:
            self._heirs = {}
            for number in self.solver.classes:
                for ancestor in self.order(number)[1:]:
                    self._heirs.setdefault(ancestor, []).append(number)
        return self._heirs.get(cls, [])

    def heirs_with(self, cls: int, name: str) -> list[int]:
        """Those of the classes that derive from this one which have an attribute ``name`` of their own, or give it to
        their instances."""
        found = self._heirs_with.get((cls, name))
        if found is None:
            objects = self.solver.objects
            found = self._heirs_with[cls, name] = [
                heir for heir in self.heirs(cls) if name in objects[heir].variables or name in objects[heir].attributes
            ]
        return found

    def _below(self, changed: set[int]) -> list[int]:
        """These classes and all that derive from them, by number."""
        derived: dict[int, list[int]] = {}
        for number in self.solver.classes:
            for base in self.solver.objects[number].bases:
                if base >= 0:
                    derived.setdefault(base, []).append(number)
        found = set(changed)
        waiting = list(changed)
        while waiting:
            for number in derived.get(waiting.pop(), ()):
                if number not in found:
                    found.add(number)
                    waiting.append(number)
        return sorted(found)

    def release(self) -> None:
        """Let go of what only solving needs."""
        self._instance = {}
        self._class = {}
        self._heirs = None
        self._heirs_with = {}
        self._readers = self._written = ()

    def order(self, number: int) -> list[int]:
        """The method resolution order of a class: classes of the repository and external ones."""
        return self.solver.objects[number].mro or [number]

    def _order(self, number: int) -> list[int]:
        # Not by recursion: a chain of classes may be longer than Python's stack.
        pending = [number]
        while pending:
            current = pending[-1]
            cls = self.solver.objects[current]
            if cls.kind != Kind.CLASS or cls.mro:
                pending.pop()
                continue
            bases = [base for base in cls.bases if base >= 0]
            if current not in self._depth:
                self._depth.add(current)
                if missing := [base for base in bases if self._is_open(base)]:
                    pending += reversed(missing)
                    continue
            self._depth.discard(current)
            cls.mro = [current, *self._merged(current, bases)][:LONGEST_ORDER]
        return self.order(number)

    def _is_open(self, number: int) -> bool:
        cls = self.solver.objects[number]
        return cls.kind == Kind.CLASS and not cls.mro and number not in self._depth

    def _merged(self, number: int, bases: list[int]) -> list[int]:
        sequences = [self.order(base) for base in bases]
        merged = sequences[0] if len(sequences) == 1 else _merge([*sequences, bases])
        if merged is not None and number not in merged:
            return merged
        merged = []
        for sequence in sequences:
            merged += [entry for entry in sequence if entry not in merged and entry != number]
        return merged

    def instance_attribute(self, cls: int, name: str) -> Found:
        """Where ``name`` of an instance of ``cls`` may come from."""
        known = self._instance.get(cls)
        if known is None:
            known = self._instance[cls] = {}
        found = known.get(name)
        if found is None:
            found = known[name] = self._inherited(cls, name, True) or self._search(self.order(cls), name, True)
        return found

    def class_attribute(self, cls: int, name: str) -> Found:
        """Where ``name`` of the class itself may come from."""
        known = self._class.get(cls)
        if known is None:
            known = self._class[cls] = {}
        found = known.get(name)
        if found is None:
            found = known[name] = self._inherited(cls, name, False) or self._search(self.order(cls), name, False)
        return found

    def _inherited(self, cls: int, name: str, instance: bool) -> Found | None:
        """What the only base class has, if the class itself does not have ``name``."""
        parent = self._parents.get(cls)
        if parent is None:
            order = self.order(cls)
            parent = order[1] if len(order) > 1 and self.order(order[1]) == order[1:] else -1
            if parent >= 0 and self.solver.objects[parent].kind != Kind.CLASS:
                parent = -1
            self._parents[cls] = parent
        if parent < 0:
            return None
        value = self.solver.objects[cls]
        if name in value.variables or (instance and name in value.attributes):
            return None
        return self.instance_attribute(parent, name) if instance else self.class_attribute(parent, name)

    def is_enumeration(self, cls: int) -> bool:
        """Whether a class derives from an enumeration of the standard library."""
        known = self._enumerations.get(cls)
        if known is None:
            objects = self.solver.objects
            known = any(objects[number].name in ENUMERATIONS for number in self.order(cls))
            self._enumerations[cls] = known
        return known

    def setter(self, cls: int, name: str) -> int:
        """The setter that writing ``name`` of an instance calls; -1: none."""
        solver = self.solver
        if name not in self._setters:
            return -1
        found = self.instance_attribute(cls, name)
        if found.owner < 0:
            return -1
        owner = solver.objects[found.owner]
        index = owner.scope.setters.get(name, -1)
        return solver.definitions[owner.file][index] if index >= 0 else -1

    def after(self, cls: int, following: int, name: str) -> Found:
        """Where ``super().name`` comes from: after ``following`` in the order of ``cls``."""
        order = self.order(cls)
        if following in order:
            order = order[order.index(following) + 1 :]
        elif following >= 0 and self.solver.objects[following].kind == Kind.CLASS:
            order = self.order(following)[1:]
        return self._search(order, name, False)

    def _search(self, order: list[int], name: str, instance: bool) -> Found:
        solver = self.solver
        objects = solver.objects
        plain: list[int] = []
        found, owner = 0, -1
        externals: list[str] = []
        for number in order:
            cls = objects[number]
            if cls.kind != Kind.CLASS:
                if cls.name not in _NEUTRAL_BASES:
                    externals.append(cls.name)
                continue
            if instance:
                variable = cls.attributes.get(name)
                if variable is not None:
                    plain.append(variable)
            if not found:
                variable = cls.variables.get(name)
                if variable is not None:
                    found, owner = variable, number
                    # An external class that comes first may or may not have the attribute.
                    externals = []
        external = ""
        if not found and not plain and len(externals) == 1:
            external = externals[0]
        if not found and not plain and not external:
            return _NOTHING
        function = -1
        if found and name not in solver.stored:
            cls = objects[owner]
            index = cls.scope.functions.get(name, -1)
            if index >= 0:
                function = solver.definitions[cls.file][index]
        return Found(tuple(plain), found, owner, function, external)

    # Attributes that are written from outside --------------------------------------------------------------------

    def read_class(self, cls: int, name: str, destination: int) -> None:
        """``destination`` gets what anybody writes to ``name`` of the class."""
        self._read(cls, name, False, destination)

    def read_instance(self, cls: int, name: str, destination: int) -> int:
        """``destination`` gets what anybody writes to ``name`` of an instance of the class; the variable of what
        anybody writes to ``name`` of the class itself."""
        reader = self._read(cls, name, True, destination)
        if not reader.on_class:
            reader.on_class = self.solver.new()
            self._read(cls, name, False, reader.on_class)
        return reader.on_class

    def _read(self, cls: int, name: str, instance: bool, destination: int) -> _Reader:
        all_readers = self._readers[instance]
        readers = all_readers.get(name)
        if readers is None:
            readers = all_readers[name] = {}
        reader = readers.get(cls)
        if reader is None:
            reader = readers[cls] = _Reader()
        order = self.solver.objects[cls].mro
        if reader.order is not order:
            ancestors = self._ancestors(cls)
            owners = self._written[instance].get(name)
            reader.sources = [owners[owner] for owner in owners if owner in ancestors] if owners else ()
            reader.order = order
        reader.destinations.append(destination)
        for variable in reader.sources:
            self.solver.edge(variable, destination)
        return reader

    def write(self, cls: int, name: str, instance: bool, source: int) -> None:
        """``source`` is written to ``name`` of an instance of the class, or of the class itself."""
        owners = self._written[instance].setdefault(name, {})
        variable = owners.get(cls)
        if variable is None:
            variable = owners[cls] = self.solver.new()
            for derived, reader in self._readers[instance].get(name, _NO_READERS).items():
                if cls in self._ancestors(derived):
                    reader.sources = [*reader.sources, variable]
                    for destination in reader.destinations:
                        self.solver.edge(variable, destination)
        self.solver.edge(source, variable)

    def _ancestors(self, cls: int) -> frozenset[int]:
        ancestors = self._sets.get(cls)
        if ancestors is None:
            ancestors = self._sets[cls] = frozenset(self.order(cls))
        return ancestors


def _merge(sequences: list[list[int]]) -> list[int] | None:
    """C3: the bases of each sequence in order, ``None`` if they contradict each other."""
    result: list[int] = []
    sequences = [sequence for sequence in sequences if sequence]
    while sequences:
        for sequence in sequences:
            head = sequence[0]
            if not any(head in other[1:] for other in sequences):
                break
        else:
            return None
        result.append(head)
        sequences = [rest for rest in ([e for e in s if e != head] if s[0] == head else s for s in sequences) if rest]
    return result
