"""The propagation of values along assignments: which values may a variable hold?

Flow- and context-insensitive: every statement about a variable is applied to every value that reaches it, in any
order, until nothing changes. A worklist holds the variables with values that their statements have not seen yet.
Variables are numbered through all files: variable ``v`` of file ``f`` is ``bases[f] + v``, and the numbers after those
of the last file belong to variables that the solver makes itself. What is known of a variable is kept in lists by
that number, because looking millions of numbers up in large dictionaries costs most of the time.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache
from itertools import compress
from struct import Struct
from typing import Any

from plugins.syntax.python.ir import WIDTH, FileFacts, Op, Seed
from plugins.syntax.python.modules import ModuleIndex, Namespace
from plugins.syntax.python.objects import Kind, Site, Value

__all__ = ["LIMIT", "Operation", "Solver", "Watcher"]

LIMIT = 18
"""More values than this are not followed: what is called there is everything and nothing."""

_WIDTHS = [0, *(WIDTH[number] for number in range(1, Op.COUNT + 1))]

_MANY = 12
_KINDS = (Kind.MODULE, Kind.CLASS, Kind.FUNCTION, Kind.FUNCTION)
_KEY_LIMIT = 120
_NO_VALUES: frozenset[int] = frozenset()

_SPECIAL_KEYS = frozenset({"", "*", "k"})

type Watcher = Callable[[Set[int]], None]
type Operation = Callable[[int, int, Sequence[int], int, Set[int]], None]


@cache
def _integers(count: int) -> Struct:
    return Struct(f"={count}i")


_TWO, _THREE, _SIX = _integers(2), _integers(3), _integers(6)


class Solver:
    """The state of the propagation over all files."""

    def __init__(self, index: ModuleIndex, facts: Mapping[str, FileFacts]) -> None:
        self.index = index
        self.files = [facts[path] for path in index.paths]
        self.bases: list[int] = []
        self.file_numbers = array("i")
        for number, file in enumerate(self.files):
            self.bases.append(len(self.file_numbers))
            self.file_numbers.extend(array("i", [number]) * file.variables)
        self.limit = count = len(self.file_numbers)
        self.values: list[frozenset[int] | None] = [None] * count
        """Sets are shared between variables: there is one of each content."""
        self.fresh: dict[int, frozenset[int] | set[int]] = {}
        self.work: deque[int] = deque()
        self.actions: deque[tuple[Callable[[str, int], None], str, int]] = deque()
        self.successors: list[Any] = [None] * count
        """One variable, a list of some, or a dictionary with many as its keys."""
        self.watchers: dict[int, list[Watcher]] = {}
        self.objects: list[Value] = []
        self.offsets: list[Sequence[int]] = []
        self.code: list[Sequence[int]] = []
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
        self.operations: list[Operation] = []
        self.assumptions: list[tuple[int, int, int, int]] = []
        """(seed, file, variable, operand) of what holds only where nothing else is known."""
        self._interned: dict[Any, int] = {}
        self._externals: dict[str, int] = {}
        self._instances: dict[int, int] = {}
        self._bound: dict[int, int] = {}
        self._containers: list[array[int]] = []
        self._singletons: list[frozenset[int] | None] = []
        self._sets: dict[frozenset[int], frozenset[int]] = {}
        self._ordered: dict[frozenset[int], Set[int]] = {}
        for number, file in enumerate(self.files):
            self._load(number, file)

    def _load(self, number: int, file: FileFacts) -> None:
        self.offsets.append(memoryview(file.offsets).cast("i"))
        self.code.append(memoryview(file.code).cast("i"))
        self.calls.append(memoryview(file.calls).cast("i"))
        self.call_starts.append(memoryview(file.call_starts).cast("i"))
        self._containers.append(array("i", [-1]) * len(file.container_kinds))
        self.sites.append([None] * len(self.call_starts[number]))
        self.implicit.append({})
        self.stored.update(file.stored)
        base = self.bases[number]
        definitions: list[int] = []
        for index, scope in enumerate(file.scopes):
            value = self._value(_KINDS[scope.kind])
            value.file, value.index, value.scope = number, index, scope
            definitions.append(value.number)
            if scope.kind == 1:
                value.variables = {name: base + variable for name, variable in scope.variables.items()}
                value.attributes = {name: base + variable for name, variable in scope.attributes.items()}
                self.classes.append(value.number)
            elif scope.kind > 1 and file.scopes[scope.parent].kind == 1:
                value.cls = definitions[scope.parent]
        self.definitions.append(definitions)
        self.modules.append(definitions[0])

    # Values ------------------------------------------------------------------------------------------------------

    def make(self, kind: int, *key: Any) -> tuple[Value, bool]:
        """The value with this identity, and whether it was made just now."""
        identity = (kind, *key)
        number = self._interned.get(identity)
        if number is not None:
            return self.objects[number], False
        value = self._value(kind)
        self._interned[identity] = value.number
        return value, True

    def _value(self, kind: int) -> Value:
        value = Value(kind, len(self.objects))
        self.objects.append(value)
        self._singletons.append(None)
        return value

    def external(self, name: str) -> int:
        """The external thing with this dotted name."""
        number = self._externals.get(name)
        if number is None:
            value = self._value(Kind.EXTERNAL)
            number = self._externals[name] = value.number
            value.name = name
        return number

    def external_instance(self, name: str) -> int:
        """An instance of the external class with this dotted name."""
        value, new = self.make(Kind.EXTERNAL_INSTANCE, name)
        if new:
            value.name = name
        return value.number

    def instance(self, cls: int, hint: bool = False) -> int:
        """An instance of a class of the repository."""
        identity = ~cls if hint else cls
        number = self._instances.get(identity)
        if number is None:
            value = self._value(Kind.INSTANCE)
            number = self._instances[identity] = value.number
            value.cls, value.hint = cls, hint
        return number

    def bound(self, function: int, receiver: int) -> int:
        """A function with its receiver."""
        identity = function << 32 | receiver
        number = self._bound.get(identity)
        if number is None:
            value = self._value(Kind.BOUND)
            number = self._bound[identity] = value.number
            value.function, value.receiver = function, receiver
        return number

    def wrapped(self, wrapper: int, variable: int) -> int:
        """A wrapper around whatever ``variable`` holds."""
        value, new = self.make(Kind.WRAPPED, wrapper, variable)
        if new:
            value.function, value.receiver = wrapper, variable
        return value.number

    def constant(self, text: str) -> int:
        """A string or integer."""
        value, new = self.make(Kind.CONSTANT, text)
        if new:
            value.name = text
        return value.number

    def module(self, found: int | Namespace) -> int:
        """The value of a module or namespace package."""
        if isinstance(found, Namespace):
            value, new = self.make(Kind.NAMESPACE, str(found))
            if new:
                value.name = str(found)
            return value.number
        return self.modules[found]

    def new(self) -> int:
        """A variable of the solver's own."""
        self.values.append(None)
        self.successors.append(None)
        return len(self.values) - 1

    def file_of(self, variable: int) -> int:
        """The file of a variable; -1: it is the solver's own."""
        return self.file_numbers[variable] if variable < self.limit else -1

    def held(self, variable: int) -> frozenset[int]:
        """The values of a variable, not to be changed."""
        return self.values[variable] or _NO_VALUES

    # Propagation -------------------------------------------------------------------------------------------------

    def add(self, variable: int, values: Set[int]) -> None:
        """``variable`` may hold ``values``."""
        known = self.values[variable]
        if known is not None:
            if values <= known:
                return
            values = values - known
            size = len(known)
        else:
            size = 0
        if size + len(values) > _MANY:
            values = self._fewer(values, LIMIT - size)
            if not values:
                return
        waiting = self.fresh.get(variable)
        if waiting is None:
            self.fresh[variable] = frozenset(self._one(values))
            self.work.append(variable)
        elif not values <= waiting:
            self.fresh[variable] = waiting | values

    def _fewer(self, values: Set[int], room: int) -> Set[int]:
        """What is still followed where a variable may hold very much: no constants, and no more than there is room."""
        objects = self.objects
        kept = [number for number in values if objects[number].kind != Kind.CONSTANT]
        if len(kept) > room:
            kept.sort()
            del kept[max(0, room) :]
        return frozenset(kept)

    def put(self, variable: int, value: int) -> None:
        """``variable`` may hold ``value``."""
        known = self.values[variable]
        if known is not None and (value in known or len(known) > LIMIT):
            return
        fresh = self.fresh
        waiting = fresh.get(variable)
        if waiting is None:
            fresh[variable] = self._singletons[value] or self._singleton(value)
            self.work.append(variable)
        elif value not in waiting:
            if isinstance(waiting, set):
                waiting.add(value)
            else:
                fresh[variable] = {*waiting, value}

    def _one(self, values: Set[int]) -> Set[int]:
        if len(values) == 1:
            (value,) = values
            return self._singletons[value] or self._singleton(value)
        return values

    def _singleton(self, value: int) -> frozenset[int]:
        single = self._singletons[value] = frozenset((value,))
        return single

    def ordered(self, values: frozenset[int]) -> Set[int]:
        """The same values as a set that is iterated by number, so that what happens does not depend on hashing."""
        if len(values) < 2:
            return values
        found = self._ordered.get(values)
        if found is None:
            found = self._ordered[values] = dict.fromkeys(sorted(values)).keys()
        return found

    def edge(self, source: int, destination: int) -> None:
        """Everything that ``source`` may hold, ``destination`` may hold too."""
        if source == destination:
            return
        targets = self.successors[source]
        if targets is None:
            self.successors[source] = destination
        elif type(targets) is int:
            if targets == destination:
                return
            self.successors[source] = [targets, destination]
        elif destination in targets:
            return
        elif type(targets) is list:
            targets.append(destination)
            if len(targets) > 12:
                self.successors[source] = dict.fromkeys(targets)
        else:
            targets[destination] = None
        known = self.values[source]
        if known is not None:
            self.add(destination, known)

    def watch(self, variable: int, watcher: Watcher) -> None:
        """Call ``watcher`` with the values of ``variable``, now and whenever new ones arrive."""
        watchers = self.watchers.get(variable)
        if watchers is None:
            self.watchers[variable] = [watcher]
        else:
            watchers.append(watcher)
        known = self.values[variable]
        if known is not None:
            watcher(self.ordered(known))

    def run(self) -> None:
        """Propagate until nothing changes."""
        work, fresh, values = self.work, self.fresh, self.values
        successors, watchers, actions = self.successors, self.watchers, self.actions
        file_numbers, limit = self.file_numbers, self.limit
        all_offsets, all_code, bases = self.offsets, self.code, self.bases
        operations, widths = self.operations, _WIDTHS
        add, ordered, sets = self.add, self.ordered, self._sets
        while work or actions:
            if actions:
                listener, key, variable = actions.popleft()
                listener(key, variable)
                continue
            variable = work.popleft()
            delta = fresh.pop(variable)
            if type(delta) is not frozenset:
                delta = frozenset(delta)
            size = len(delta)
            known = values[variable]
            if known is None:
                if size > 1:
                    delta = sets.setdefault(delta, delta)
                values[variable] = delta
            else:
                known |= delta
                values[variable] = sets.setdefault(known, known)
            few = size <= _MANY
            targets = successors[variable]
            if targets is not None:
                for target in (targets,) if type(targets) is int else targets:
                    if few and values[target] is None and target not in fresh:
                        fresh[target] = delta
                        work.append(target)
                    else:
                        add(target, delta)
            if variable in watchers:
                sequence = delta if size < 2 else ordered(delta)
                for watcher in tuple(watchers[variable]):
                    watcher(sequence)
            if variable >= limit:
                continue
            file = file_numbers[variable]
            base = bases[file]
            offsets = all_offsets[file]
            position = variable - base
            end = offsets[position + 1]
            position = offsets[position]
            if position == end:
                continue
            code = all_code[file]
            sequence = None
            while position < end:
                operation = code[position]
                if operation == 1:
                    target = base + code[position + 1]
                    if few and values[target] is None and target not in fresh:
                        fresh[target] = delta
                        work.append(target)
                    else:
                        add(target, delta)
                    position += 2
                else:
                    if sequence is None:
                        sequence = delta if size < 2 else ordered(delta)
                    operations[operation](file, variable, code, position, sequence)
                    position += widths[operation]

    def apply_again(self, numbers: set[int]) -> None:
        """Apply all statements once more to these values, about which more is known now."""
        # Many variables share few sets, so each set is looked at once.
        touched = {id(known): known & numbers for known in self._sets if not known.isdisjoint(numbers)}
        singles = self._singletons
        for number in numbers:
            single = singles[number]
            if single is not None:
                touched[id(single)] = single
        values = self.values
        for variable in tuple(compress(range(self.limit), map(touched.__contains__, map(id, values)))):
            self._apply(variable, touched[id(values[variable])])

    def _apply(self, variable: int, delta: frozenset[int]) -> None:
        file = self.file_numbers[variable]
        offsets, code = self.offsets[file], self.code[file]
        local = variable - self.bases[file]
        position, end = offsets[local], offsets[local + 1]
        sequence = self.ordered(delta)
        while position < end:
            operation = code[position]
            if operation != 1:
                self.operations[operation](file, variable, code, position, sequence)
            position += _WIDTHS[operation]

    def release(self) -> None:
        """Let go of everything but values, objects and sites."""
        self.operations = []
        self.watchers = {}
        self.successors = []
        self.offsets = []
        self.code = []
        self._ordered = {}
        self._sets = {}
        self._bound = {}
        self._interned = {}
        self.assumptions = []
        for value in self.objects:
            if value.listeners and value.kind == Kind.CONTAINER:
                value.listeners = ()
        for file in self.files:
            file.code = file.offsets = file.containers = b""

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
                elif kind == Seed.BUILTIN:
                    self.put(base + variable, self.external_instance(f"builtins.{file.names[operand]}"))
                else:
                    self.assumptions.append((kind, number, variable, operand))

    def container(self, file: int, index: int) -> Value:
        """The container made at a place in the source."""
        number = self._containers[file][index]
        if number >= 0:
            return self.objects[number]
        value = self._value(Kind.CONTAINER)
        self._containers[file][index] = value.number
        facts = self.files[file]
        base = self.bases[file]
        value.file, value.index, value.name = file, index, facts.container_kinds[index]
        unknown, everything, keys = _THREE.unpack_from(facts.containers, 12 * index)
        value.keys = {"": base + unknown, "*": base + everything, "k": base + keys}
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

    def each_key(self, container: Value, listener: Callable[[str, int], None]) -> None:
        """Call ``listener`` for every constant key, now and later."""
        container.listeners = [*container.listeners, listener]
        for key, variable in tuple(container.keys.items()):
            if key not in _SPECIAL_KEYS:
                listener(key, variable)

    # Sites -------------------------------------------------------------------------------------------------------

    def site(self, file: int, call: int) -> Site:
        """A call of a file."""
        sites = self.sites[file]
        site = sites[call]
        if site is None:
            site = sites[call] = self._read_site(file, call)
        return site

    def _read_site(self, file: int, call: int) -> Site:
        facts = self.files[file]
        data = facts.calls
        base = self.bases[file]
        position = 4 * self.call_starts[file][call]
        destination, scope, line, flag, name, count = _SIX.unpack_from(data, position)
        position += 24
        names = facts.names
        site = Site(file, scope, line, flag, names[name - 1] if name else "", base + destination)
        if count:
            entries = _integers(count).unpack_from(data, position)
            site.positional = tuple([base + x if x > 0 else x for x in entries])
            position += 4 * count
        count, rest, mapping = _THREE.unpack_from(data, position)
        if count:
            pairs = iter(_integers(2 * count).unpack_from(data, position + 4))
            site.keywords = tuple([(names[n], base + x if x > 0 else x) for n, x in zip(pairs, pairs, strict=True)])
            rest, mapping = _TWO.unpack_from(data, position + 4 + 8 * count)
        if rest:
            site.rest = base + rest
        if mapping:
            site.mapping = base + mapping
        return site

    def implicit_site(self, file: int, scope: int, line: int, name: str) -> Site:
        """A construct that calls without being a call."""
        sites = self.implicit[file]
        site = sites.get((scope, line, name))
        if site is None:
            site = sites[scope, line, name] = Site(file, scope, line)
            site.name = name
        return site
