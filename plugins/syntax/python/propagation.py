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
from collections.abc import Callable, Collection, Sequence, Set
from itertools import compress
from typing import Any

from plugins.syntax.python.ir import WIDTH, FileFacts, Op, integers
from plugins.syntax.python.objects import Kind
from plugins.syntax.python.value_table import ValueTable

__all__ = ["LIMIT", "Operation", "Propagation", "Watcher"]

LIMIT = 18
"""More values than this are not followed: what is called there is everything and nothing."""

_WIDTHS = [WIDTH[number] for number in range(Op.COUNT + 1)]

_MANY = 12
_NO_VALUES: frozenset[int] = frozenset()

type Watcher = Callable[[Collection[int]], None]
type Operation = Callable[[int, int, Sequence[int], int, Collection[int]], None]


def _frozen(waiting: Any) -> Any:
    """What was waiting as the values of a variable are kept: a frozenset, or a number if nothing was waiting first
    and one value came then."""
    values = frozenset(waiting)
    return next(iter(values)) if len(values) == 1 else values


class Propagation(ValueTable):
    """Variables, their values, and what happens to these."""

    def __init__(self, files: Sequence[FileFacts]) -> None:
        super().__init__()
        self.files = files
        self.bases: list[int] = []
        self.file_numbers = array("i")
        for number, file in enumerate(files):
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
        self.operations: list[Operation] = []
        self._sets: dict[frozenset[int], frozenset[int]] = {}
        self._ordered: dict[frozenset[int], tuple[int, ...]] = {}
        for file in files:
            self.starts.frombytes(file.starts)
            self.code.append(integers(file.code))
            file.starts = file.code = b""

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
        if known is not None and type(known) is not int:
            size = len(known)
            if size >= _MANY and (size >= LIMIT or self.objects[value].kind == Kind.CONSTANT):
                return
        self.put(variable, value)

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
        next_variable = work.popleft
        successors, watchers = self.successors, self.watchers
        file_numbers, starts, all_code, bases = self.file_numbers, self.starts, self.code, self.bases
        operations, widths = self.operations, _WIDTHS
        hand_on, ordered = self._hand_on, self.ordered
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
                    hand_on(target, delta, few)
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
                    hand_on(base + code[position + 1], delta, few)
                    position += 2
                else:
                    operations[operation](file, variable, code, position, sequence)
                    position += widths[operation]
                operation = code[position]

    def _hand_on(self, variable: int, delta: Any, few: bool) -> None:
        """``variable`` may hold ``delta``: one value, or a frozenset of them; ``few`` says whether it fits as it is."""
        if few and self.values[variable] is None and self.fresh[variable] is None:
            self.fresh[variable] = delta
            self.work.append(variable)
        elif type(delta) is int:
            self.add_one(variable, delta)
        else:
            self.add(variable, delta)

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
        """Let go of everything but the values of variables."""
        self.forget()
        self.operations = []
        self.watchers = {}
        self.successors = []
        self.fresh = []
        self.starts = array("i")
        self.code = []
        self._ordered = {}
        self._sets = {}
