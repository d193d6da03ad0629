"""All abstract values of a program, each of which exists once."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from plugins.syntax.python.objects import Kind, Value

__all__ = ["ValueTable"]


class ValueTable:
    """Makes values and finds them again; a value's number is its position in ``objects``."""

    def __init__(self) -> None:
        self.objects: list[Value] = []
        self.supers: list[int] = []
        self._interned: dict[Any, int] = {}
        self._externals: dict[str, int] = {}
        self._instances: dict[int, int] = {}
        self._bound: dict[int, int] = {}

    def make(self, kind: int, *key: Any) -> tuple[Value, bool]:
        """The value with this identity, and whether it was made just now."""
        identity = (kind, *key)
        number = self._interned.get(identity)
        if number is not None:
            return self.objects[number], False
        number = self._interned[identity] = len(self.objects)
        value = Value(kind, number)
        self.objects.append(value)
        return value, True

    def external(self, name: str) -> int:
        """The external thing with this dotted name."""
        number = self._externals.get(name)
        if number is None:
            number = self._externals[name] = len(self.objects)
            self.objects.append(Value(Kind.EXTERNAL, number, name=name))
        return number

    def external_instance(self, name: str) -> int:
        """An instance of the external class with this dotted name."""
        return self._named(Kind.EXTERNAL_INSTANCE, name)

    def constant(self, text: str) -> int:
        """A string or integer."""
        return self._named(Kind.CONSTANT, text)

    def text(self, pattern: str) -> int:
        """Text that fits a pattern."""
        return self._named(Kind.TEXT, pattern)

    def namespace(self, path: str) -> int:
        """A directory that can be imported."""
        return self._named(Kind.NAMESPACE, path)

    def _named(self, kind: int, name: str) -> int:
        value, new = self.make(kind, name)
        if new:
            value.name = name
        return value.number

    def instance(self, cls: int, hint: bool = False) -> int:
        """An instance of a class of the repository."""
        identity = ~cls if hint else cls
        number = self._instances.get(identity)
        if number is None:
            number = self._instances[identity] = len(self.objects)
            self.objects.append(Value(Kind.INSTANCE, number, cls=cls, hint=hint))
        return number

    def instances_of(self, classes: Set[int]) -> set[int]:
        """The values that are instances of these classes, or ``super()`` in their methods."""
        found = {number for cls, number in self._instances.items() if (cls if cls >= 0 else ~cls) in classes}
        found.update(number for number in self.supers if self.objects[number].cls in classes)
        return found

    def bound(self, function: int, receiver: int) -> int:
        """A function with its receiver."""
        identity = function << 32 | receiver
        number = self._bound.get(identity)
        if number is None:
            number = self._bound[identity] = len(self.objects)
            self.objects.append(Value(Kind.BOUND, number, function=function, receiver=receiver))
        return number

    def super(self, cls: int, receiver: int) -> int:
        """``super()`` in a method of ``cls``."""
        value, new = self.make(Kind.SUPER, cls, receiver)
        if new:
            value.cls, value.receiver = cls, receiver
            self.supers.append(value.number)
        return value.number

    def wrapped(self, wrapper: int, variable: int) -> int:
        """A wrapper around whatever ``variable`` holds."""
        value, new = self.make(Kind.WRAPPED, wrapper, variable)
        if new:
            value.function, value.receiver = wrapper, variable
        return value.number

    def forget(self) -> None:
        """Let go of what only making values needs."""
        self._bound = {}
        self._interned = {}
