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
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import cache
from itertools import compress
from struct import Struct
from typing import Any

from plugins.syntax.python.ir import WIDTH, FileFacts, Op, Seed, integers
from plugins.syntax.python.modules import ModuleIndex, Namespace
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.value_table import ValueTable

__all__ = ["LIMIT", "Operation", "Solver", "Watcher"]

LIMIT = 18
"""More values than this are not followed: what is called there is everything and nothing."""

_WIDTHS = [0, *(WIDTH[number] for number in range(1, Op.COUNT + 1))]

_MANY = 12
_KINDS = (Kind.MODULE, Kind.CLASS, Kind.FUNCTION, Kind.FUNCTION)
_KEY_LIMIT = 120
_NO_VALUES: frozenset[int] = frozenset()

_SPECIAL_KEYS = frozenset({"", "*", "k"})

type Watcher = Callable[[Collection[int]], None]
type Operation = Callable[[int, int, Sequence[int], int, Collection[int]], None]


@cache
def _integers(count: int) -> Struct:
    return Struct(f"={count}i")


_THREE = _integers(3)


def _frozen(waiting: Any) -> Any:
    """What was waiting as the values of a variable are kept: a frozenset, or a number if nothing was waiting first
    and one value came then."""
    values = frozenset(waiting)
    return next(iter(values)) if len(values) == 1 else values


class Solver(ValueTable):
    """The state of the propagation over all files."""

    def __init__(self, index: ModuleIndex, facts: Mapping[str, FileFacts]) -> None:
        super().__init__()
        self.index = index
        self.files = [facts[path] for path in index.paths]
        self.bases: list[int] = []
        self.file_numbers = array("i")
        for number, file in enumerate(self.files):
            self.bases.append(len(self.file_numbers))
            self.file_numbers.extend(array("i", [number]) * file.variables)
        self.limit = count = len(self.file_numbers)
        # One number if there is one value, because most variables hold one, else a frozenset; None: nothing. Looking
        # at the type is the fastest way to tell, but means nothing to a type checker, hence Any.
        self.values: list[Any] = [None] * count
        """Sets are shared between variables: there is one of each content."""
        self.fresh: list[Any] = [None] * count
        """What the statements of a variable have not seen yet; a plain set belongs to one variable."""
        self.work: deque[int] = deque()
        self.actions: deque[tuple[Callable[[str, int], None], str, int]] = deque()
        self.successors: list[Any] = [None] * count
        """One variable, a list of some, or a dictionary with many as its keys."""
        self.watchers: dict[int, list[Watcher]] = {}
        self.starts = array("i")
        """Where the statements of each variable begin in the code of its file."""
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
        self._containers: list[array[int]] = []
        self._sets: dict[frozenset[int], frozenset[int]] = {}
        self._ordered: dict[frozenset[int], tuple[int, ...]] = {}
        for number, file in enumerate(self.files):
            self._load(number, file)

    def _load(self, number: int, file: FileFacts) -> None:
        self.starts.frombytes(file.starts)
        self.code.append(integers(file.code))
        file.starts = file.code = b""
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

    def new(self) -> int:
        """A variable of the solver's own."""
        self.values.append(None)
        self.successors.append(None)
        self.fresh.append(None)
        self.starts.append(0)
        return len(self.values) - 1

    def file_of(self, variable: int) -> int:
        """The file of a variable; -1: it is the solver's own."""
        return self.file_numbers[variable] if variable < self.limit else -1

    def held(self, variable: int) -> frozenset[int]:
        """The values of a variable, not to be changed."""
        known = self.values[variable]
        if known is None:
            return _NO_VALUES
        return frozenset((known,)) if type(known) is int else known

    def listed(self, variable: int) -> tuple[int, ...]:
        """The values of a variable by number."""
        known = self.values[variable]
        if known is None:
            return ()
        return (known,) if type(known) is int else self.ordered(known)

    def first_call(self, variable: int) -> int:
        """The call that is the first thing that happens to the variable; -1: there is none."""
        start = self.starts[variable]
        if start:
            code = self.code[self.file_numbers[variable]]
            if code[start] == Op.CALL:
                return code[start + 1]
        return -1

    # Propagation -------------------------------------------------------------------------------------------------

    def add(self, variable: int, values: Set[int]) -> None:
        """``variable`` may hold ``values``."""
        known = self.values[variable]
        if known is None:
            size = 0
        elif type(known) is int:
            size = 1
            if known in values:
                values = values - {known}
                if not values:
                    return
        else:
            if values <= known:
                return
            values = values - known
            size = len(known)
        if size + len(values) > _MANY:
            values = self._fewer(values, LIMIT - size)
            if not values:
                return
        fresh = self.fresh
        waiting = fresh[variable]
        if waiting is None:
            if len(values) == 1:
                (fresh[variable],) = values
            else:
                fresh[variable] = frozenset(values)
            self.work.append(variable)
        elif type(waiting) is set:
            waiting |= values
        elif type(waiting) is int:
            fresh[variable] = {waiting, *values}
        else:
            fresh[variable] = {*waiting, *values}

    def add_one(self, variable: int, value: int) -> None:
        """As ``add`` with one value. (Other than ``put`` it does not add to what is not followed any more.)"""
        known = self.values[variable]
        if known is not None:
            if type(known) is int:
                if known == value:
                    return
            elif value in known:
                return
            else:
                size = len(known)
                if size >= _MANY and (size >= LIMIT or self.objects[value].kind == Kind.CONSTANT):
                    return
        fresh = self.fresh
        waiting = fresh[variable]
        if waiting is None:
            fresh[variable] = value
            self.work.append(variable)
        elif type(waiting) is int:
            if waiting != value:
                fresh[variable] = {waiting, value}
        elif type(waiting) is set:
            waiting.add(value)
        elif value not in waiting:
            fresh[variable] = {*waiting, value}

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
        if known is not None:
            if type(known) is int:
                if known == value:
                    return
            elif value in known or len(known) > LIMIT:
                return
        fresh = self.fresh
        waiting = fresh[variable]
        if waiting is None:
            fresh[variable] = value
            self.work.append(variable)
        elif type(waiting) is int:
            if waiting != value:
                fresh[variable] = {waiting, value}
        elif type(waiting) is set:
            waiting.add(value)
        elif value not in waiting:
            fresh[variable] = {*waiting, value}

    def ordered(self, values: frozenset[int]) -> tuple[int, ...]:
        """The same values by number, so that what happens does not depend on hashing."""
        found = self._ordered.get(values)
        if found is None:
            found = self._ordered[values] = tuple(sorted(values))
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
            if type(known) is int:
                self.add_one(destination, known)
            else:
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
            watcher((known,) if type(known) is int else self.ordered(known))

    def run(self) -> None:
        """Propagate until nothing changes."""
        work, fresh, values, actions = self.work, self.fresh, self.values, self.actions
        next_variable, enqueue = work.popleft, work.append
        successors, watchers = self.successors, self.watchers
        file_numbers, starts, all_code, bases = self.file_numbers, self.starts, self.code, self.bases
        operations, widths = self.operations, _WIDTHS
        add, add_one, ordered = self.add, self.add_one, self.ordered
        shared: Callable[..., Any] = self._sets.setdefault
        while work or actions:
            if actions:
                listener, key, variable = actions.popleft()
                listener(key, variable)
                continue
            variable = next_variable()
            delta = fresh[variable]
            fresh[variable] = None
            known = values[variable]
            single = type(delta) is int
            if not single:
                delta = _frozen(delta)
                single = type(delta) is int
            if single:
                few = True
                sequence = (delta,)
                if type(known) is int:
                    known = frozenset((known, delta))
                    values[variable] = shared(known, known)
                elif known:
                    known |= {delta}
                    values[variable] = shared(known, known)
                else:
                    values[variable] = delta
            else:
                sequence = ordered(delta)
                few = len(sequence) <= _MANY
                if known is None:
                    delta = values[variable] = shared(delta, delta)
                else:
                    known = delta | {known} if type(known) is int else known | delta
                    values[variable] = shared(known, known)
            targets = successors[variable]
            if targets is not None:
                for target in (targets,) if type(targets) is int else targets:
                    if few and values[target] is None and fresh[target] is None:
                        fresh[target] = delta
                        enqueue(target)
                    elif single:
                        add_one(target, delta)
                    else:
                        add(target, delta)
            if variable in watchers:
                for watcher in tuple(watchers[variable]):
                    watcher(sequence)
            position = starts[variable]
            if not position:
                continue
            file = file_numbers[variable]
            base, code = bases[file], all_code[file]
            operation = code[position]
            while operation:
                if operation == 1:
                    target = base + code[position + 1]
                    if few and values[target] is None and fresh[target] is None:
                        fresh[target] = delta
                        enqueue(target)
                    elif single:
                        add_one(target, delta)
                    else:
                        add(target, delta)
                    position += 2
                else:
                    operations[operation](file, variable, code, position, sequence)
                    position += widths[operation]
                operation = code[position]

    def apply_again(self, numbers: set[int]) -> None:
        """Apply all statements once more to these values, about which more is known now."""
        # Many variables share few sets, so each set is looked at once.
        touched: dict[Any, tuple[int, ...]] = {number: (number,) for number in numbers}
        for known in self._sets:
            if not known.isdisjoint(numbers):
                touched[known] = tuple(sorted(known & numbers))
        values = self.values
        for variable in tuple(compress(range(self.limit), map(touched.__contains__, values))):
            position = self.starts[variable]
            if position:
                self._apply(variable, position, touched[values[variable]])

    def _apply(self, variable: int, position: int, delta: Collection[int]) -> None:
        file = self.file_numbers[variable]
        code = self.code[file]
        operation = code[position]
        while operation:
            if operation != Op.COPY:
                self.operations[operation](file, variable, code, position, delta)
            position += _WIDTHS[operation]
            operation = code[position]

    def release(self) -> None:
        """Let go of everything but values, objects and sites."""
        self.operations = []
        self.watchers = {}
        self.successors = []
        self.fresh = []
        self.starts = array("i")
        self.code = []
        self._ordered = {}
        self._sets = {}
        self.forget()
        self.assumptions = []
        for value in self.objects:
            if value.listeners and value.kind == Kind.CONTAINER:
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
