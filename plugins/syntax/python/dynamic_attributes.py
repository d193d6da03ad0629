"""``__dict__``, and attributes written under names that the source does not spell: ``setattr(self, key, value)``,
``self.__dict__.update(values)``.

The latter count only where an attribute of that name of an instance is read and nothing else is known to give it, or
only a default of the class, so that whoever reads is noted, to be told of what is written later.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from plugins.syntax.python.binding import Binder
from plugins.syntax.python.objects import Kind, Value
from plugins.syntax.python.text_patterns import matching

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["DynamicAttributes", "dictionary"]

_MOST_HEIRS = 8
"""What is written to a class with more heirs than this is not looked for in them."""


class DynamicAttributes:
    """What is written to classes and their instances, and read of instances, by class."""

    def __init__(self, p: Program) -> None:
        self.p = p
        self.owners: dict[int, int] = {}
        """By dictionary of attributes: the instance that has them."""
        self._readers: defaultdict[int, list[tuple[str, int, int, tuple[int, int, int]]]] = defaultdict(list)
        """Name, receiver, destination, place."""
        self._written: dict[int, list[tuple[str, bool, int]]] = {}
        """Name or pattern of it, whether it is an attribute of an instance, variable."""

    def read(self, cls: int, name: str, receiver: int, destination: int, place: tuple[int, int, int]) -> None:
        """``destination = receiver.name``, where the receiver is an instance of the class."""
        reader = (name, receiver, destination, place)
        self._readers[cls].append(reader)
        if cls in self._written:
            for entry in self._written[cls]:
                self._link(reader, *entry)

    def write(self, number: int, name: str, source: int) -> None:
        """``value.name = source`` for an instance or class; ``name`` may be a pattern with ``*``."""
        p = self.p
        value = p.objects[number]
        if value.kind == Kind.INSTANCE:
            plain = () if "*" in name else p.hierarchy.instance_attribute(value.cls, name).plain
            if plain:
                p.solver.edge(source, plain[0])
            else:
                self._add(value.cls, (name, True, source))
        elif value.kind == Kind.CLASS:
            heirs = p.hierarchy.heirs(number)
            for cls in (number, *(heirs if len(heirs) <= _MOST_HEIRS else ())):
                self._add(cls, (name, False, source))

    def write_all(self, owner: int, number: int) -> None:
        """What a dictionary holds becomes attributes of an instance."""
        value = self.p.objects[number]
        if value.kind == Kind.CONTAINER and number not in self.owners:
            self.p.solver.each_key(value, partial(self._write_key, owner))

    def _write_key(self, owner: int, key: str, variable: int) -> None:
        if key[0] == "s":
            self.write(owner, key[1:], variable)

    def _add(self, cls: int, entry: tuple[str, bool, int]) -> None:
        written = self._written.setdefault(cls, [])
        if entry not in written:
            written.append(entry)
            for reader in tuple(self._readers.get(cls, ())):
                self._link(reader, *entry)

    def _link(self, reader: tuple[str, int, int, tuple[int, int, int]], name: str, instance: bool, source: int) -> None:
        wanted, receiver, destination, place = reader
        if name != wanted and not ("*" in name and matching(name, (wanted,), 1)):
            return
        if instance:
            self.p.solver.edge(source, destination)
        else:
            self.p.solver.watch(source, Binder(self.p, receiver, True, destination, place))


def dictionary(p: Program, value: Value) -> Value:
    """What a module or class binds, or what methods store on an instance, or the attributes of an object that is no
    more than these."""
    found = p.solver.fresh_container("dict", "namespace", value.number)
    if value.kind == Kind.MODULE:
        p.solver.fill(found, p.solver.module_variables(value.file))
    elif value.kind == Kind.CLASS:
        p.solver.fill(found, value.variables)
    elif value.kind == Kind.INSTANCE:
        p.dynamic.owners[found.number] = value.number
        p.solver.fill(found, p.objects[value.cls].attributes)
    else:
        p.solver.copy_keys(value, found)
    return found
