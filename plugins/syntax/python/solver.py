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
from collections.abc import Callable, Mapping, Set
from typing import Any

from plugins.syntax.python.ir import WIDTH, FileFacts, Op, Seed, integers
from plugins.syntax.python.modules import ModuleIndex, Namespace
from plugins.syntax.python.objects import Kind, Site, Value

__all__ = ["LIMIT", "Solver", "Watcher", "ordered"]

LIMIT = 18
"""More values than this are not followed: what is called there is everything and nothing."""

_WIDTHS = [0, *(WIDTH[number] for number in range(1, Op.COUNT + 1))]

_MANY = 12
_KEY_LIMIT = 120
_NO_VALUES: Set[int] = frozenset()

_SPECIAL_KEYS = frozenset({"", "*", "k"})

type Watcher = Callable[[Set[int]], None]


def ordered(values: Set[int]) -> Set[int]:
    """The same values as a set that is iterated by number, so that what happens does not depend on hashing."""
    return values if len(values) < 2 else dict.fromkeys(sorted(values)).keys()


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
        self.values: list[Set[int] | None] = [None] * count
        """Sets are shared between variables, so none is ever changed: a larger one takes its place."""
        self.fresh: list[Set[int] | None] = [None] * count
        self.work: deque[int] = deque()
        self.actions: deque[tuple[Callable[[str, int], None], str, int]] = deque()
        self.successors: list[int | list[int] | dict[int, None] | None] = [None] * count
        self.watchers: dict[int, list[Watcher]] = {}
        self.objects: list[Value] = []
        self.offsets: list[array[int]] = []
        self.code: list[array[int]] = []
        self.calls: list[array[int]] = []
        self.call_starts: list[array[int]] = []
        self.sites: list[list[Site | None]] = []
        self.implicit: list[dict[tuple[int, int, str], Site]] = []
        self.modules: list[int] = []
        self.definitions: list[list[int]] = []
        """Values of the scopes of each file: modules, classes, functions."""
        self.classes: list[int] = []
        self.stored: set[str] = set()
        self.calls_enabled = False
        self.postponed: list[Callable[[], None]] = []
        self.operations: list[Callable[..., None]] = []
        self._interned: dict[Any, int] = {}
        self._singletons: dict[int, set[int]] = {}
        for number, file in enumerate(self.files):
            self._load(number, file)

    def _load(self, number: int, file: FileFacts) -> None:
        self.offsets.append(integers(file.offsets))
        self.code.append(integers(file.code))
        self.calls.append(integers(file.calls))
        self.call_starts.append(integers(file.call_starts))
        self.sites.append([None] * len(self.call_starts[number]))
        self.implicit.append({})
        self.stored.update(file.stored)
        base = self.bases[number]
        definitions: list[int] = []
        for index, scope in enumerate(file.scopes):
            value = Value((Kind.MODULE, Kind.CLASS, Kind.FUNCTION, Kind.FUNCTION)[scope.kind], len(self.objects))
            self.objects.append(value)
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
        value = Value(kind, len(self.objects))
        self.objects.append(value)
        self._interned[identity] = value.number
        return value, True

    def external(self, name: str) -> int:
        """The external thing with this dotted name."""
        value, new = self.make(Kind.EXTERNAL, name)
        if new:
            value.name = name
        return value.number

    def external_instance(self, name: str) -> int:
        """An instance of the external class with this dotted name."""
        value, new = self.make(Kind.EXTERNAL_INSTANCE, name)
        if new:
            value.name = name
        return value.number

    def instance(self, cls: int, hint: bool = False) -> int:
        """An instance of a class of the repository."""
        value, new = self.make(Kind.INSTANCE, cls, hint)
        if new:
            value.cls, value.hint = cls, hint
        return value.number

    def bound(self, function: int, receiver: int) -> int:
        """A function with its receiver."""
        value, new = self.make(Kind.BOUND, function, receiver)
        if new:
            value.function, value.receiver = function, receiver
        return value.number

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
        self.fresh.append(None)
        self.successors.append(None)
        return len(self.values) - 1

    def file_of(self, variable: int) -> int:
        """The file of a variable; -1: it is the solver's own."""
        return self.file_numbers[variable] if variable < self.limit else -1

    def held(self, variable: int) -> Set[int]:
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
        waiting = self.fresh[variable]
        if waiting is None:
            self.fresh[variable] = values
            self.work.append(variable)
        elif not values <= waiting:
            self.fresh[variable] = waiting | values

    def _fewer(self, values: Set[int], room: int) -> Set[int]:
        """What is still followed where a variable may hold very much: no constants, and no more than there is room."""
        objects = self.objects
        values = {number for number in values if objects[number].kind != Kind.CONSTANT}
        if len(values) > room:
            return set(sorted(values)[: max(0, room)])
        return values

    def put(self, variable: int, value: int) -> None:
        """``variable`` may hold ``value``."""
        known = self.values[variable]
        if known is not None and (value in known or len(known) > LIMIT):
            return
        waiting = self.fresh[variable]
        if waiting is None:
            single = self._singletons.get(value)
            if single is None:
                single = self._singletons[value] = {value}
            self.fresh[variable] = single
            self.work.append(variable)
        elif value not in waiting:
            self.fresh[variable] = {*waiting, value}

    def edge(self, source: int, destination: int) -> None:
        """Everything that ``source`` may hold, ``destination`` may hold too."""
        if source == destination:
            return
        targets = self.successors[source]
        if targets is None:
            self.successors[source] = destination
        elif isinstance(targets, int):
            if targets == destination:
                return
            self.successors[source] = [targets, destination]
        elif destination in targets:
            return
        elif isinstance(targets, list):
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
            watcher(ordered(known))

    def run(self) -> None:
        """Propagate until nothing changes."""
        work, fresh, values = self.work, self.fresh, self.values
        successors, watchers, actions = self.successors, self.watchers, self.actions
        file_numbers, limit = self.file_numbers, self.limit
        all_offsets, all_code, bases = self.offsets, self.code, self.bases
        operations, widths = self.operations, _WIDTHS
        add = self.add
        while work or actions:
            if actions:
                listener, key, variable = actions.popleft()
                listener(key, variable)
                continue
            variable = work.popleft()
            delta = fresh[variable]
            assert delta is not None
            fresh[variable] = None
            known = values[variable]
            values[variable] = delta if known is None else known | delta
            few = len(delta) <= _MANY
            targets = successors[variable]
            if targets is not None:
                for target in (targets,) if isinstance(targets, int) else targets:
                    if few and values[target] is None and fresh[target] is None:
                        fresh[target] = delta
                        work.append(target)
                    else:
                        add(target, delta)
            if variable in watchers:
                sequence = ordered(delta)
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
                    if few and values[target] is None and fresh[target] is None:
                        fresh[target] = delta
                        work.append(target)
                    else:
                        add(target, delta)
                    position += 2
                else:
                    if sequence is None:
                        sequence = ordered(delta)
                    operations[operation](file, variable, code, position, sequence)
                    position += widths[operation]

    def apply(self, variable: int, delta: Set[int]) -> None:
        """Apply the statements about ``variable`` once more to ``delta``, which it already holds."""
        if variable >= self.limit:
            return
        file = self.file_numbers[variable]
        offsets, code = self.offsets[file], self.code[file]
        local = variable - self.bases[file]
        position, end = offsets[local], offsets[local + 1]
        while position < end:
            operation = code[position]
            if operation != 1:
                self.operations[operation](file, variable, code, position, ordered(delta))
            position += _WIDTHS[operation]

    def seed(self) -> None:
        """Put the definitions, containers and constants where they are made."""
        for number, file in enumerate(self.files):
            base = self.bases[number]
            definitions = self.definitions[number]
            seeds = iter(integers(file.seeds))
            for kind, variable, operand in zip(seeds, seeds, seeds, strict=True):
                if kind <= Seed.CLASS:
                    self.put(base + variable, definitions[operand])
                elif kind == Seed.CONTAINER:
                    self.put(base + variable, self.container(number, operand).number)
                elif kind == Seed.CONSTANT:
                    self.put(base + variable, self.constant(file.constants[operand]))
                elif kind == Seed.BUILTIN:
                    self.put(base + variable, self.external_instance(f"builtins.{file.names[operand]}"))

    def container(self, file: int, index: int) -> Value:
        """The container made at a place in the source."""
        value, new = self.make(Kind.CONTAINER, file, index)
        if new:
            facts = self.files[file]
            base = self.bases[file]
            value.file, value.index, value.name = file, index, facts.container_kinds[index]
            start = 12 * index
            unknown, everything, keys = memoryview(facts.containers)[start : start + 12].cast("i")
            value.listeners = []
            value.keys = {"": base + unknown, "*": base + everything, "k": base + keys}
            for key, variable in facts.container_keys.get(index, {}).items():
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
            value.listeners = []
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
        container.listeners.append(listener)
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
        data = self.calls[file]
        base = self.bases[file]
        start = self.call_starts[file][call]
        position = start + 6
        destination, scope, line, flag, name, count = data[start:position]
        names = self.files[file].names
        site = Site(file, scope, line, flag, names[name - 1] if name else "", base + destination)
        if count:
            end = position + count
            site.positional = tuple([base + x if x > 0 else x for x in data[position:end]])
            position = end
        count = data[position]
        position += 1
        if count:
            end = position + 2 * count
            pairs = iter(data[position:end])
            site.keywords = tuple([(names[n], base + x if x > 0 else x) for n, x in zip(pairs, pairs, strict=True)])
            position = end
        rest, mapping = data[position : position + 2]
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
