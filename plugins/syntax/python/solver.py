"""The state of a program while it is being solved: values, variables, containers and call sites of all files."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from struct import Struct
from typing import Any

from plugins.syntax.python.ir import FileFacts, Op, Seed
from plugins.syntax.python.modules import ModuleIndex, Namespace
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.propagation import Propagation

__all__ = ["Solver"]

_KINDS = (Kind.MODULE, Kind.CLASS, Kind.FUNCTION, Kind.FUNCTION)
_KEY_LIMIT = 120
_SPECIAL_KEYS = frozenset({"", "*", "k"})


@cache
def _integers(count: int) -> Struct:
    return Struct(f"={count}i")


_THREE = _integers(3)


class Solver(Propagation):
    """What is propagated between the definitions, containers and calls of a program's files."""

    def __init__(self, index: ModuleIndex, facts: Mapping[str, FileFacts]) -> None:
        super().__init__([facts[path] for path in index.paths])
        self.index = index
        self.calls: list[Sequence[int]] = []
        self.call_starts: list[Sequence[int]] = []
        self.sites: list[list[Site | None]] = []
        self.implicit: list[dict[tuple[int, int, str], Site]] = []
        self.modules: list[int] = []
        self.definitions: list[list[int]] = []
        """Values of the scopes of each file: modules, classes, functions."""
        self.classes: list[int] = []
        self.stored: set[str] = set()
        self.calls_enabled = False
        self.postponed: list[Callable[[], None]] = []
        self.assumptions: list[tuple[int, int, int, int]] = []
        """(seed, file, variable, operand) of what holds only where nothing else is known."""
        self.last_keys: dict[int, frozenset[str]] = {}
        """By container: the keys of which it takes over nothing from what is spread into it."""
        self._containers: list[array[int]] = []
        for number, file in enumerate(self.files):
            self._load(number, file)

    def _load(self, number: int, file: FileFacts) -> None:
        self.calls.append(memoryview(file.calls).cast("i"))
        self.call_starts.append(memoryview(file.call_starts).cast("i"))
        self._containers.append(array("i", [-1]) * len(file.container_kinds))
        self.sites.append([None] * len(self.call_starts[number]))
        self.implicit.append({})
        self.stored.update(file.stored)
        base = self.bases[number]
        definitions: list[int] = []
        objects = self.objects
        for index, scope in enumerate(file.scopes):
            value = Value(_KINDS[scope.kind], len(objects), number, index, scope=scope)
            objects.append(value)
            definitions.append(value.number)
            if scope.kind == 1:
                value.variables = {name: base + variable for name, variable in scope.variables.items()}
                value.attributes = {name: base + variable for name, variable in scope.attributes.items()}
                self.classes.append(value.number)
            elif scope.kind > 1 and file.scopes[scope.parent].kind == 1:
                value.cls = definitions[scope.parent]
        self.definitions.append(definitions)
        self.modules.append(definitions[0])

    def module(self, found: int | Namespace) -> int:
        """The value of a module or namespace package."""
        if isinstance(found, Namespace):
            return self.namespace(str(found))
        return self.modules[found]

    def release(self) -> None:
        """Let go of everything but values, objects and sites."""
        super().release()
        self.assumptions = []
        for value in self.objects:
            if value.listeners and value.kind in (Kind.CONTAINER, Kind.OPAQUE):
                value.listeners = ()
        for file in self.files:
            file.containers = b""

    def seed(self) -> None:
        """Put the definitions, containers and constants where they are made."""
        for number, file in enumerate(self.files):
            base = self.bases[number]
            definitions = self.definitions[number]
            seeds = iter(memoryview(file.seeds).cast("i"))
            for kind, variable, operand in zip(seeds, seeds, seeds, strict=True):
                if kind <= Seed.CLASS:
                    self.put(base + variable, definitions[operand])
                elif kind == Seed.CONTAINER:
                    self.put(base + variable, self.container(number, operand).number)
                elif kind == Seed.CONSTANT:
                    self.put(base + variable, self.constant(file.constants[operand]))
                elif kind == Seed.TEXT:
                    self.put(base + variable, self.text(file.constants[operand]))
                elif kind == Seed.BUILTIN:
                    self.put(base + variable, self.external_instance(f"builtins.{file.names[operand]}"))
                else:
                    self.assumptions.append((kind, number, variable, operand))

    def container(self, file: int, index: int) -> Value:
        """The container made at a place in the source."""
        number = self._containers[file][index]
        if number >= 0:
            return self.objects[number]
        facts = self.files[file]
        base = self.bases[file]
        unknown, everything, keys = _THREE.unpack_from(facts.containers, 12 * index)
        variables = {"": base + unknown, "*": base + everything, "k": base + keys}
        number = self._containers[file][index] = len(self.objects)
        value = Value(Kind.CONTAINER, number, file, index, facts.container_kinds[index], keys=variables)
        self.objects.append(value)
        if index in facts.last_keys:
            self.last_keys[number] = frozenset(facts.last_keys[index])
        known = facts.container_keys.get(index)
        if known is not None:
            for key, variable in known.items():
                if key == "length":
                    value.length = variable
                else:
                    value.keys[key] = base + variable
        return value

    def fresh_container(self, kind: str, *key: Any) -> Value:
        """A container that the solver makes, identified by ``key``."""
        value, new = self.make(Kind.CONTAINER, kind, *key)
        if new:
            value.name = kind
            value.keys = {"": self.new(), "*": self.new(), "k": self.new()}
            self.edge(value.keys[""], value.keys["*"])
        return value

    def key(self, container: Value, key: str) -> int:
        """The variable for a constant key of a container."""
        variable = container.keys.get(key)
        if variable is None:
            if len(container.keys) > _KEY_LIMIT:
                return container.keys[""]
            variable = container.keys[key] = self.new()
            self.edge(variable, container.keys["*"])
            for listener in container.listeners:
                self.actions.append((listener, key, variable))
        return variable

    def fill(self, container: Value, names: Mapping[str, int]) -> None:
        """``container`` holds what these variables hold, under their names."""
        for name, variable in names.items():
            self.edge(variable, self.key(container, f"s{name}"))

    def module_variables(self, file: int) -> dict[str, int]:
        """The variables of the names that a module binds."""
        base = self.bases[file]
        return {name: base + variable for name, variable in self.files[file].scopes[0].variables.items()}

    def each_key(self, container: Value, listener: Callable[[str, int], None]) -> None:
        """Call ``listener`` for every constant key, now and later."""
        container.listeners = [*container.listeners, listener]
        for key, variable in tuple(container.keys.items()):
            if key not in _SPECIAL_KEYS:
                listener(key, variable)

    def copy_keys(self, source: Value, target: Value) -> None:
        """What is under a constant key of ``source`` is under that key of ``target``, now and later."""
        self.each_key(source, lambda key, variable: self.edge(variable, self.key(target, key)))

    # Sites -------------------------------------------------------------------------------------------------------

    def site(self, file: int, call: int) -> Site:
        """A call of a file, for the first time."""
        facts = self.files[file]
        starts = self.call_starts[file]
        start = starts[call]
        length = (starts[call + 1] if call + 1 < len(starts) else len(facts.calls) // 4) - start
        entry = _integers(length).unpack_from(facts.calls, 4 * start)
        destination, scope, line, flag, name, rest, mapping, count = entry[:8]
        base = self.bases[file]
        names = facts.names
        positional, keywords = (), ()
        if count:
            # Constants are negative and belong to the file.
            positional = tuple([base + x if x > 0 else x for x in entry[8 : 8 + count]])
        if length > 8 + count:
            pairs = iter(entry[8 + count :])
            keywords = tuple([(names[n], base + x if x > 0 else x) for n, x in zip(pairs, pairs, strict=True)])
        site = self.sites[file][call] = Site(
            file,
            scope,
            line,
            flag,
            names[name - 1] if name else "",
            base + destination,
            positional,
            keywords,
            base + rest if rest else 0,
            base + mapping if mapping else 0,
        )
        return site

    def implicit_site(self, file: int, scope: int, line: int, name: str) -> Site:
        """A construct that calls without being a call."""
        sites = self.implicit[file]
        site = sites.get((scope, line, name))
        if site is None:
            site = sites[scope, line, name] = Site(file, scope, line)
            site.name = name
        return site

    def first_call(self, variable: int) -> int:
        """The call that is the first thing that happens to the variable; -1: there is none."""
        start = self.starts[variable]
        if start:
            code = self.code[self.file_numbers[variable]]
            if code[start] == Op.CALL:
                return code[start + 1]
        return -1
