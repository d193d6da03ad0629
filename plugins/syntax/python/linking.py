"""How the arguments of a call reach parameters, and how results come back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from plugins.syntax.python.ir import CallFlag, ParameterKind, Scope, ScopeFlag
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.propagation import LIMIT, Watcher
from plugins.syntax.python.solver import Solver

__all__ = ["ArgumentLinker"]

_NAMED = frozenset({ParameterKind.POSITIONAL, ParameterKind.KEYWORD})


_NOWHERE = 10**6
"""The position of what cannot be given by position."""

_BY_POSITION = frozenset({ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY})


class _Parameters:
    """The parameters of a function as its callers see them: variables, and whether constants matter to them."""

    __slots__ = ("defaults", "fixed", "named", "receiver", "returns_receiver")

    def __init__(self, scope: Scope, base: int) -> None:
        entries = scope.parameters
        self.fixed = [(base + variable, wanted) for _, variable, kind, wanted in entries if kind in _BY_POSITION]
        self.named = {name: (base + variable, wanted) for name, variable, kind, wanted in entries if kind in _NAMED}
        self.receiver = base + entries[0][1] if entries and entries[0][2] in _BY_POSITION else 0
        """The variable of the first parameter if that can be given by position."""
        self.returns_receiver = 0 in scope.returned
        places = {name: place for place, (name, _, kind, _) in enumerate(entries) if kind in _BY_POSITION}
        self.defaults = [
            (name, places.get(name, _NOWHERE), base + scope.defaults[name], base + variable)
            for name, variable, _, _ in entries
            if name in scope.defaults
        ]
        """Name, position, and variable of the default of parameters that have one, and their own variable."""


class ArgumentLinker:
    """Links call sites with the functions that they call."""

    solver: Solver
    objects: list[Value]

    def setup_links(self) -> None:
        """To be called once the solver exists."""
        self._parameters: dict[int, _Parameters] = {}
        self._decorated: dict[int, set[int]] = {}
        self._decorated_classes: set[int] = set()
        self._received_by: dict[int, list[int]] = {}
        self._inner: dict[int, dict[int, list[Scope]]] = {}
        self._singles: dict[int, int] = {}
        self._withheld: list[tuple[int, int, int]] = []

    def single(self, number: int) -> int:
        """A variable that holds exactly this value."""
        variable = self._singles.get(number)
        if variable is None:
            variable = self._singles[number] = self.solver.new()
            self.solver.put(variable, number)
        return variable

    def link(self, site: Site, function: Value, receiver: int, destination: int) -> None:
        """Arguments of ``site`` reach the parameters of ``function``, its result reaches ``destination``."""
        if site.flag & CallFlag.FORWARD:
            # Whoever calls the wrapper is linked to what it wraps.
            return
        solver = self.solver
        number = function.number
        base = solver.bases[function.file]
        parameters = self._parameters.get(number)
        if parameters is None:
            parameters = self._parameters[number] = _Parameters(function.scope, base)
        offset = 0
        if receiver:
            offset = 1
            variable = parameters.receiver
            if variable:
                value = self.objects[receiver]
                if value.hint:
                    receiver = solver.instance(value.cls)
                solver.put(variable, receiver)
                if destination and parameters.returns_receiver:
                    solver.put(destination, receiver)
            elif function.scope.parameters and function.scope.parameters[0][2] == ParameterKind.REST:
                rest = solver.container(function.file, function.scope.container)
                solver.put(solver.key(rest, "i0"), receiver)
        # Only functions are linked with and without receiver, so that no other value has either number.
        if not site.link_once(number if offset else ~number):
            return
        if site.positional or site.keywords or site.rest or site.mapping:
            self._arguments(site, function, offset, parameters)
        if parameters.defaults:
            self._defaults(site, parameters, offset)
        if destination:
            self._result(site, function, base, destination, offset)

    def _arguments(self, site: Site, function: Value, offset: int, parameters: _Parameters) -> None:
        solver = self.solver
        scope = function.scope
        fixed = parameters.fixed
        count = len(fixed)
        rest = solver.container(function.file, scope.container) if scope.container >= 0 else None
        position = offset
        for argument in site.positional:
            if argument:
                if position < count:
                    self._argument(site, argument, *fixed[position])
                elif rest is not None and argument > 0:
                    solver.edge(argument, solver.key(rest, f"i{position - count}"))
            position += 1
        for name, argument in site.keywords:
            entry = parameters.named.get(name)
            if entry is not None:
                if argument:
                    self._argument(site, argument, *entry)
            elif scope.keywords >= 0 and argument:
                variable = solver.key(solver.container(function.file, scope.keywords), f"s{name}")
                if argument > 0:
                    solver.edge(argument, variable)
        if site.rest:
            solver.watch(site.rest, self._rest([entry[0] for entry in fixed[position:]], rest, position - count))
        if site.mapping:
            solver.watch(site.mapping, self._mapping(function, parameters))

    def _defaults(self, site: Site, parameters: _Parameters, offset: int) -> None:
        """What the call may leave out has its default."""
        given = len(site.positional) + offset
        keywords = () if site.rest or site.mapping else site.keywords
        for name, place, source, variable in parameters.defaults:
            if place >= given and not any(keyword == name for keyword, _ in keywords):
                self.solver.edge(source, variable)

    def link_uncalled(self) -> None:
        """Parameters of functions that nobody is known to call have their defaults."""
        solver = self.solver
        for number, definitions in enumerate(solver.definitions):
            base = solver.bases[number]
            for definition in definitions:
                scope = self.objects[definition].scope
                if scope.defaults and definition not in self._parameters:
                    for name, variable, _, _ in scope.parameters:
                        if name in scope.defaults:
                            solver.edge(base + scope.defaults[name], base + variable)

    def _argument(self, site: Site, argument: int, variable: int, wanted: int) -> None:
        if argument > 0:
            self.solver.edge(argument, variable)
        elif wanted:
            constants = self.solver.files[site.file].constants
            self.solver.put(variable, self.solver.constant(constants[-argument - 1]))

    def _rest(self, fixed: Sequence[int], rest: Value | None, start: int) -> Watcher:
        """``f(*values)``: the elements fill the parameters that are left, then ``*args``."""
        solver = self.solver

        def everywhere(source: int) -> None:
            for parameter in fixed:
                solver.edge(source, parameter)
            if rest is not None:
                solver.edge(source, rest.keys[""])

        def element(key: str, variable: int) -> None:
            if key[0] != "i" or not key[1:].isdigit():
                return
            index = int(key[1:])
            if index < len(fixed):
                solver.edge(variable, fixed[index])
            elif rest is not None:
                place = index - len(fixed) + max(0, start)
                # Recursion that passes its arguments on shifts them without end.
                solver.edge(variable, solver.key(rest, f"i{place}") if place < 16 else rest.keys[""])

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind == Kind.CONTAINER and value.name != "dict":
                    solver.each_key(value, element)
                    everywhere(value.keys[""])
                elif value.kind == Kind.GENERATOR:
                    everywhere(value.function)

        return watch

    def _mapping(self, function: Value, parameters: _Parameters) -> Watcher:
        """``f(**values)``."""
        solver = self.solver
        scope = function.scope
        named = parameters.named

        def element(key: str, variable: int) -> None:
            if key[0] != "s":
                return
            entry = named.get(key[1:])
            if entry is not None:
                solver.edge(variable, entry[0])
            elif scope.keywords >= 0:
                solver.edge(variable, solver.key(solver.container(function.file, scope.keywords), key))

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind == Kind.CONTAINER and value.name == "dict":
                    solver.each_key(value, element)
                    if scope.keywords >= 0:
                        target = solver.container(function.file, scope.keywords)
                        solver.edge(value.keys[""], target.keys[""])

        return watch

    def _result(self, site: Site, function: Value, base: int, destination: int, offset: int) -> None:
        solver = self.solver
        scope = function.scope
        if scope.flags & ScopeFlag.GENERATOR:
            value, new = solver.make(Kind.GENERATOR, function.number)
            if new:
                value.function = base + scope.yields
                value.receiver = base + scope.returns
                value.scope = scope
                value.file = function.file
            solver.put(destination, value.number)
            return
        returns = base + scope.returns
        if site.flag & CallFlag.DECORATOR or scope.wraps:
            self._decorated_result(site, function, returns, destination, offset)
        elif self._decorates(destination):
            # The annotation of an overload does not say which of them makes decorators.
            if not scope.flags & ScopeFlag.OVERLOAD:
                solver.watch(returns, partial(self._decorator, site, function, destination))
        elif scope.returned:
            self._returned_parameters(site, function, base, destination, offset)
        else:
            solver.edge(returns, destination)

    def _decorates(self, variable: int) -> bool:
        """Whether the value decorates something, as in ``@variable``."""
        solver = self.solver
        call = solver.first_call(variable)
        if call < 0:
            return False
        file = solver.file_numbers[variable]
        return bool(solver.calls[file][solver.call_starts[file][call] + 3] & CallFlag.DECORATOR)

    def _decorator(self, site: Site, function: Value, destination: int, delta: Collection[int]) -> None:
        """What a function returns if called for a decorator: nothing that it received to decorate elsewhere, and if it
        returns a function that it defines, none of the objects and classes that it makes of what it decorates."""
        solver = self.solver
        base = solver.bases[function.file]
        received = self._received(function, base)
        returned = [self.objects[number] for number in solver.held(base + function.scope.returns)]
        factory = any(
            value.kind == Kind.FUNCTION and value.file == function.file and value.scope.parent == function.index
            for value in returned
        )
        own = [argument for argument in site.positional if argument > 0]
        own += [argument for _, argument in site.keywords if argument > 0]
        for number in delta:
            if any(number in solver.held(variable) for variable in received) and not any(
                number in solver.held(argument) for argument in own
            ):
                continue
            if not factory or self.objects[number].kind not in (Kind.INSTANCE, Kind.CLASS):
                solver.put(destination, number)

    def _inside(self, function: Value) -> Sequence[Scope]:
        """The scopes that are defined directly in the body of a function."""
        inner = self._inner.get(function.file)
        if inner is None:
            inner = self._inner[function.file] = {}
            for scope in self.solver.files[function.file].scopes:
                inner.setdefault(scope.parent, []).append(scope)
        return inner.get(function.index, ())

    def _received(self, function: Value, base: int) -> list[int]:
        """The variables of what a function, and the functions defined in it, get as arguments."""
        found = self._received_by.get(function.number)
        if found is not None:
            return found
        solver = self.solver
        found = self._received_by[function.number] = []
        for scope in (function.scope, *self._inside(function)):
            found += [base + parameter[1] for parameter in scope.parameters]
            if scope.container >= 0:
                found.append(solver.container(function.file, scope.container).keys["*"])
        return found

    def _decorated_result(self, site: Site, function: Value, returns: int, destination: int, offset: int) -> None:
        """What a decorator makes of its argument, without what it returns for other functions that it decorates."""
        solver = self.solver
        objects = self.objects
        decorates = bool(site.flag & CallFlag.DECORATOR)
        argument = site.positional[0] if site.positional else 0
        if not decorates and self._decorates(destination):
            solver.watch(returns, partial(self._decorator, site, function, destination))
            return
        if argument <= 0:
            solver.edge(returns, destination)
            return
        given = self._decorated.setdefault(function.number, set())
        received = self._received(function, solver.bases[function.file]) if decorates else []
        if decorates and offset in function.scope.returned:
            solver.edge(argument, destination)

        def arrived(delta: Collection[int]) -> None:
            given.update(delta)
            self._decorated_classes.update(delta)
            returned = solver.held(returns).intersection(delta)
            if returned:
                solver.add(destination, returned)

        def returned(delta: Collection[int]) -> None:
            own = solver.held(argument)
            for number in delta:
                value = objects[number]
                if value.kind == Kind.FUNCTION and value.scope.forwards >= 0 and value.scope.parent == function.index:
                    position = value.scope.forwards
                    wrapped = site.positional[position] if position < len(site.positional) else 0
                    if wrapped > 0 and value.file == function.file:
                        solver.put(destination, solver.wrapped(number, wrapped))
                        continue
                others = self._decorated_classes if value.kind == Kind.CLASS else given
                if not decorates or number in own:
                    solver.put(destination, number)
                elif number not in others and not any(number in solver.held(variable) for variable in received):
                    if value.kind == Kind.FUNCTION and value.scope.parent > 0:
                        self._withheld.append((number, argument, destination))
                    else:
                        solver.put(destination, number)
            if decorates and len(solver.held(returns)) > LIMIT - 2:
                # It returns more than is followed, so what it decorates is among that.
                solver.edge(argument, destination)

        if decorates:
            solver.watch(argument, arrived)
        solver.watch(returns, returned)

    def release(self) -> bool:
        """Let through what decorators made, once everything else has been propagated; whether there was anything.

        A function that can be used with and without arguments returns a decorator in one case and what it makes of
        the decorated function in the other: where that is known, the decorator is not what the name stands for.
        """
        solver = self.solver
        ready = [entry for entry in self._withheld if solver.values[entry[1]] is not None]
        entries = ready or self._withheld
        self._withheld = [entry for entry in self._withheld if solver.values[entry[1]] is None] if ready else []
        for number, _, destination in entries:
            if solver.values[destination] is None or number not in self._decorated:
                solver.put(destination, number)
        return bool(entries)

    def _returned_parameters(self, site: Site, function: Value, base: int, destination: int, offset: int) -> None:
        """A parameter that is returned as it is gives every caller back what it passed, not what others passed."""
        solver = self.solver
        scope = function.scope
        variables: list[int] = []
        for position in scope.returned:
            name, variable, kind, _ = scope.parameters[position]
            if kind in (ParameterKind.REST, ParameterKind.KEYWORDS) or (site.rest or site.mapping):
                solver.edge(base + scope.returns, destination)
                return
            variables.append(base + variable)
            index = position - offset
            argument = 0
            if 0 <= index < len(site.positional):
                argument = site.positional[index]
            for keyword, value in site.keywords:
                if keyword == name:
                    argument = value
            if argument > 0:
                solver.edge(argument, destination)
            elif name in scope.defaults:
                solver.edge(base + scope.defaults[name], destination)

        def returned(delta: Collection[int]) -> None:
            own = set(delta)
            for variable in variables:
                own -= solver.held(variable)
            solver.add(destination, own)

        solver.watch(base + scope.returns, returned)
