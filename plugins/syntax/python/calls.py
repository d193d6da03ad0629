"""What a call does: arguments to parameters, results back, constructors, and the record of who calls whom."""

# ruff: noqa: ARG002  (handlers of one table share a signature)

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from plugins.syntax.python import builtin_calls
from plugins.syntax.python.hierarchy import Hierarchy
from plugins.syntax.python.ir import CallFlag, ParameterKind, ScopeFlag
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.solver import Solver, Watcher

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CallLinker"]


class CallLinker:
    """Applies values to call sites."""

    solver: Solver
    objects: list[Value]
    hierarchy: Hierarchy

    def setup_calls(self) -> None:
        """To be called once the solver exists."""
        self.open_keys: list[tuple[int, Value, Any, int]] = []
        self._decorated: dict[int, set[int]] = {}
        self._decorated_classes: set[int] = set()
        self._flags: dict[int, int] = {}
        self._singles: dict[int, int] = {}
        self._handlers: dict[int, Callable[[Site, Value], None]] = {
            Kind.FUNCTION: self._call_plain,
            Kind.BOUND: self._call_bound,
            Kind.CLASS: self._call_class,
            Kind.INSTANCE: self._call_instance,
            Kind.EXTERNAL: self._call_external,
            Kind.METHOD: self._call_collection_method,
            Kind.PARTIAL: self._call_partial,
            Kind.OPAQUE: self._call_opaque,
            Kind.WRAPPED: self._call_wrapped,
        }

    def _program(self) -> Program:
        """This object as what it is: the program is the only class derived from this one."""
        return cast("Program", self)

    def call(self, site: Site, number: int) -> None:
        """The callee of ``site`` may be this value."""
        value = self.objects[number]
        handler = self._handlers.get(value.kind)
        if handler is not None and (not site.flag & CallFlag.RAISE or value.kind == Kind.CLASS):
            handler(site, value)

    def call_variable(self, site: Site, variable: int) -> None:
        """The callee of ``site`` may be whatever ``variable`` holds."""

        def watch(delta: set[int]) -> None:
            for number in delta:
                self.call(site, number)

        self.solver.watch(variable, watch)

    def _found_by(self, site: Site, value: Value) -> str:
        if site.flag & CallFlag.DECORATOR:
            return "decorator"
        if site.flag & CallFlag.CALLBACK:
            return "callback"
        if site.flag & CallFlag.NAME and value.scope.name == site.name:
            return "direct" if value.file == site.file else "import"
        if value.scope.name == site.name and not site.flag & CallFlag.NAME:
            return "attribute"
        return "points_to"

    def _call_plain(self, site: Site, value: Value) -> None:
        site.targets.setdefault(value.number, self._found_by(site, value))
        self.link(site, value, 0, site.destination)

    def _call_bound(self, site: Site, value: Value) -> None:
        function = self.objects[value.function]
        receiver = self.objects[value.receiver]
        if function.kind == Kind.WRAPPED:
            wrapper = self.objects[function.function]
            site.targets.setdefault(wrapper.number, "decorator")
            self.forward(site, function, value.receiver)
            return
        cls = receiver.cls if receiver.kind == Kind.INSTANCE else receiver.number
        if receiver.hint:
            how = "annotation"
        elif function.scope.name != site.name and not site.flag & CallFlag.DECORATOR:
            how = "points_to"
        elif function.cls != cls:
            how = "mro"
        else:
            how = "self_attribute" if site.flag & CallFlag.RECEIVER else "attribute"
        known = site.targets.get(function.number)
        if known is None or known == "annotation":
            site.targets[function.number] = how
        self.link(site, function, value.receiver, site.destination)

    def _call_wrapped(self, site: Site, value: Value) -> None:
        site.targets.setdefault(value.function, "decorator")
        self.forward(site, value, 0)

    def forward(self, site: Site, wrapped: Value, receiver: int) -> None:
        """The arguments of ``site`` reach the wrapper and what it wraps; the result is that of what it wraps."""
        wrapper = self.objects[wrapped.function]
        self.link(site, wrapper, receiver, site.destination)
        if site.flag & CallFlag.FORWARD or wrapped.number in site.linked:
            return
        site.linked.append(wrapped.number)

        def watch(delta: set[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind == Kind.FUNCTION:
                    self.link(site, value, receiver, site.destination)
                elif value.kind == Kind.WRAPPED and number != wrapped.number:
                    self.forward(site, value, receiver)
                elif value.kind == Kind.BOUND and self.objects[value.function].kind == Kind.FUNCTION:
                    self.link(site, self.objects[value.function], value.receiver, site.destination)
                elif value.kind == Kind.CLASS and not receiver:
                    self.solver.put(site.destination, self.solver.instance(number))

        self.solver.watch(wrapped.receiver, watch)

    def wrapped_flags(self, wrapped: Value) -> int:
        """The flags of the functions inside a wrapper."""
        flags = self._flags.get(wrapped.number)
        if flags is None:
            flags = self._flags[wrapped.number] = 0
            for number in self.solver.held(wrapped.receiver):
                value = self.objects[number]
                if value.kind == Kind.FUNCTION:
                    flags |= value.scope.flags
                elif value.kind == Kind.WRAPPED:
                    flags |= self.wrapped_flags(value)
            self._flags[wrapped.number] = flags
        return flags

    def call_function(self, site: Site, number: int, receiver: int, destination: int, how: str) -> None:
        """A construct of the language calls a function with a receiver and no arguments."""
        site.targets.setdefault(number, how)
        self.link(site, self.objects[number], receiver, destination)

    def call_method(
        self, site: Site, receiver: int, name: str, arguments: Sequence[int], destination: int, how: str
    ) -> bool:
        """A construct of the language calls a special method; whether the class has it."""
        value = self.objects[receiver]
        if value.kind != Kind.INSTANCE:
            return False
        found = self.hierarchy.instance_attribute(value.cls, name)
        if not found.cls:
            return False
        watcher = self._special(site, receiver, arguments, destination, how)
        if found.function >= 0:
            watcher({found.function})
        else:
            self.solver.watch(found.cls, watcher)
        return True

    def _special(self, site: Site, receiver: int, arguments: Sequence[int], destination: int, how: str) -> Watcher:
        def watch(delta: set[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind != Kind.FUNCTION:
                    continue
                site.targets.setdefault(number, how)
                self.link(site, value, receiver, destination)
                offset = 1 if receiver else 0
                for position, argument in enumerate(arguments):
                    if argument and position + offset < len(value.scope.parameters):
                        entry = value.scope.parameters[position + offset]
                        self.solver.edge(argument, self.solver.bases[value.file] + entry[1])

        return watch

    # Classes and instances ---------------------------------------------------------------------------------------

    def _call_class(self, site: Site, value: Value) -> None:
        solver = self.solver
        if value.number in site.linked:
            return
        site.linked.append(value.number)
        if not site.flag & CallFlag.DECORATOR and value.scope.name == site.name:
            how = "direct" if value.file == site.file else "import"
        else:
            how = "points_to"
        site.targets.setdefault(value.number, how)
        instance = solver.instance(value.number)
        solver.put(site.destination, instance)
        initial = self.hierarchy.class_attribute(value.number, "__init__")
        if initial.function >= 0:
            site.targets.setdefault(initial.function, "constructor")
            self.link(site, self.objects[initial.function], instance, 0)
        elif initial.cls:
            solver.watch(initial.cls, partial(self._constructed, site, instance, 0))
        elif value.scope.flags & ScopeFlag.DATA_CLASS or "typing.NamedTuple" in self._external_bases(value):
            self._data_class(site, value)
        allocate = self.hierarchy.class_attribute(value.number, "__new__")
        if allocate.cls:
            solver.watch(allocate.cls, partial(self._constructed, site, value.number, site.destination))

    def _constructed(self, site: Site, receiver: int, destination: int, delta: set[int]) -> None:
        for number in delta:
            if self.objects[number].kind == Kind.FUNCTION:
                site.targets.setdefault(number, "constructor")
                self.link(site, self.objects[number], receiver, destination)

    def _external_bases(self, value: Value) -> set[str]:
        return {
            self.objects[number].name
            for number in self.hierarchy.order(value.number)
            if self.objects[number].kind == Kind.EXTERNAL
        }

    def _data_class(self, site: Site, value: Value) -> None:
        """Arguments of a generated constructor become attributes, in the order of the annotated names."""
        fields: list[tuple[str, int]] = []
        for number in reversed(self.hierarchy.order(value.number)):
            cls = self.objects[number]
            if cls.kind == Kind.CLASS:
                fields += [(name, cls.variables[name]) for name in cls.scope.fields if name in cls.variables]
        named = dict(fields)
        for (_, variable), argument in zip(fields, site.positional, strict=False):
            if argument > 0:
                self.solver.edge(argument, variable)
        for name, argument in site.keywords:
            if argument > 0 and name in named:
                self.solver.edge(argument, named[name])

    def _call_instance(self, site: Site, value: Value) -> None:
        found = self.hierarchy.instance_attribute(value.cls, "__call__")
        if found.function >= 0:
            self._called_instance(site, value.number, {found.function})
        elif found.cls:
            self.solver.watch(found.cls, partial(self._called_instance, site, value.number))

    def _called_instance(self, site: Site, receiver: int, delta: set[int]) -> None:
        for number in delta:
            function = self.objects[number]
            if function.kind == Kind.FUNCTION:
                how = "decorator" if site.flag & CallFlag.DECORATOR else "special_method"
                site.targets.setdefault(number, how)
                self.link(site, function, receiver, site.destination)

    # External callees --------------------------------------------------------------------------------------------

    def _call_external(self, site: Site, value: Value) -> None:
        if value.number in site.linked:
            return
        site.linked.append(value.number)
        site.targets.setdefault(value.number, "builtin" if value.name.startswith("builtins.") else "external")
        if site.flag & CallFlag.DECORATOR:
            self._transparent(site)
            return
        model = builtin_calls.FUNCTIONS.get(value.name)
        if model is not None:
            model(self._program(), site)
            return
        last = value.name.rpartition(".")[2]
        if last[:1].isupper() or value.name in builtin_calls.CLASSES:
            self.solver.put(site.destination, self.solver.external_instance(value.name))
        elif self._only_called(site.destination):
            opaque, _ = self.solver.make(Kind.OPAQUE)
            self.solver.put(site.destination, opaque.number)

    def _only_called(self, variable: int) -> bool:
        """Whether the value is called, as in ``@decorator(argument)``: then it matters that it is external."""
        file = self.solver.file_of(variable)
        if file < 0:
            return False
        local = variable - self.solver.bases[file]
        start, end = self.solver.offsets[file][local : local + 2]
        return end > start and self.solver.code[file][start] == 9

    def _transparent(self, site: Site) -> None:
        """A decorator from elsewhere is taken to return what it was given."""
        if site.positional and site.positional[0] > 0:
            self.solver.edge(site.positional[0], site.destination)

    def _call_opaque(self, site: Site, value: Value) -> None:
        if site.flag & CallFlag.DECORATOR:
            self._transparent(site)

    def _call_collection_method(self, site: Site, value: Value) -> None:
        if value.number in site.linked:
            return
        site.linked.append(value.number)
        owner = self.objects[value.function]
        cls = "generator" if owner.kind == Kind.GENERATOR else owner.name
        name = "types.GeneratorType" if cls == "generator" else f"builtins.{cls}"
        site.targets.setdefault(self.solver.external(f"{name}.{value.name}"), "builtin")
        models = builtin_calls.GENERATOR_METHODS if owner.kind == Kind.GENERATOR else builtin_calls.METHODS
        model = models.get(value.name)
        if model is not None:
            model(self._program(), site, owner)

    def _call_partial(self, site: Site, value: Value) -> None:
        """``functools.partial(f, ...)()``: f with the arguments of both calls."""
        if value.number in site.linked or site.callbacks > 1:
            return
        site.linked.append(value.number)
        made: Site = value.listeners[0]
        joined = Site(site.file, site.scope, site.line)
        # A partial of a partial is followed, but a variable may hold a partial of itself.
        joined.callbacks = site.callbacks + 1
        joined.positional = [self._movable(made, entry) for entry in made.positional[1:]] + site.positional
        joined.keywords = [(name, self._movable(made, entry)) for name, entry in made.keywords] + site.keywords
        joined.destination = site.destination
        joined.targets = site.targets
        self.call_variable(joined, value.function)

    def _movable(self, site: Site, argument: int) -> int:
        """An argument of ``site`` in a form that means the same in other files."""
        if argument >= 0:
            return argument
        constants = self.solver.files[site.file].constants
        return self.single(self.solver.constant(constants[-argument - 1]))

    def single(self, number: int) -> int:
        """A variable that holds exactly this value."""
        variable = self._singles.get(number)
        if variable is None:
            variable = self._singles[number] = self.solver.new()
            self.solver.put(variable, number)
        return variable

    # Arguments and results ---------------------------------------------------------------------------------------

    def link(self, site: Site, function: Value, receiver: int, destination: int) -> None:
        """Arguments of ``site`` reach the parameters of ``function``, its result reaches ``destination``."""
        if site.flag & CallFlag.FORWARD:
            # Whoever calls the wrapper is linked to what it wraps.
            return
        solver = self.solver
        scope = function.scope
        base = self.solver.bases[function.file]
        parameters = scope.parameters
        offset = 0
        if receiver:
            offset = 1
            if parameters and parameters[0][2] in (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY):
                value = self.objects[receiver]
                if value.hint:
                    receiver = solver.instance(value.cls)
                solver.put(base + parameters[0][1], receiver)
                if destination and 0 in scope.returned:
                    solver.put(destination, receiver)
            elif parameters and parameters[0][2] == ParameterKind.REST:
                rest = solver.container(function.file, scope.container)
                solver.put(solver.key(rest, "i0"), receiver)
        # Negative, so that it is never the number of a value.
        identity = ~(function.number << 1 | offset)
        if identity in site.linked:
            return
        site.linked.append(identity)
        if site.positional or site.keywords or site.rest or site.mapping:
            self._arguments(site, function, base, offset)
        if destination:
            self._result(site, function, base, destination, offset)

    def _arguments(self, site: Site, function: Value, base: int, offset: int) -> None:
        solver = self.solver
        scope = function.scope
        parameters = scope.parameters
        fixed = [
            entry
            for entry in parameters
            if entry[2] == ParameterKind.POSITIONAL or entry[2] == ParameterKind.POSITIONAL_ONLY
        ]
        rest = solver.container(function.file, scope.container) if scope.container >= 0 else None
        position = offset
        for argument in site.positional:
            if argument:
                if position < len(fixed):
                    self._argument(site, argument, base, fixed[position])
                elif rest is not None:
                    self._into(argument, solver.key(rest, f"i{position - len(fixed)}"))
            position += 1
        if site.keywords:
            named = {entry[0]: entry for entry in parameters if entry[2] in _NAMED}
            for name, argument in site.keywords:
                entry = named.get(name)
                if entry is not None:
                    if argument:
                        self._argument(site, argument, base, entry)
                elif scope.keywords >= 0 and argument:
                    mapping = solver.container(function.file, scope.keywords)
                    self._into(argument, solver.key(mapping, f"s{name}"))
        if site.rest:
            solver.watch(site.rest, self._rest(base, fixed[position:], rest, position - len(fixed)))
        if site.mapping:
            solver.watch(site.mapping, self._mapping(function, base))

    def _argument(self, site: Site, argument: int, base: int, entry: tuple[str, int, int, int]) -> None:
        if argument > 0:
            self.solver.edge(argument, base + entry[1])
        elif entry[3]:
            constants = self.solver.files[site.file].constants
            self.solver.put(base + entry[1], self.solver.constant(constants[-argument - 1]))

    def _into(self, argument: int, variable: int) -> None:
        if argument > 0:
            self.solver.edge(argument, variable)

    def _rest(self, base: int, fixed: Sequence[Any], rest: Value | None, start: int) -> Watcher:
        """``f(*values)``: the elements fill the parameters that are left, then ``*args``."""
        solver = self.solver

        def everywhere(source: int) -> None:
            for entry in fixed:
                solver.edge(source, base + entry[1])
            if rest is not None:
                solver.edge(source, rest.keys[""])

        def element(key: str, variable: int) -> None:
            if key[0] != "i" or not key[1:].isdigit():
                return
            index = int(key[1:])
            if index < len(fixed):
                solver.edge(variable, base + fixed[index][1])
            elif rest is not None:
                place = index - len(fixed) + max(0, start)
                # Recursion that passes its arguments on shifts them without end.
                solver.edge(variable, solver.key(rest, f"i{place}") if place < 16 else rest.keys[""])

        def watch(delta: set[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind == Kind.CONTAINER and value.name != "dict":
                    solver.each_key(value, element)
                    everywhere(value.keys[""])
                elif value.kind == Kind.GENERATOR:
                    everywhere(value.function)

        return watch

    def _mapping(self, function: Value, base: int) -> Watcher:
        """``f(**values)``."""
        solver = self.solver
        scope = function.scope
        named = {entry[0]: entry for entry in scope.parameters if entry[2] in _NAMED}

        def element(key: str, variable: int) -> None:
            if key[0] != "s":
                return
            entry = named.get(key[1:])
            if entry is not None:
                solver.edge(variable, base + entry[1])
            elif scope.keywords >= 0:
                solver.edge(variable, solver.key(solver.container(function.file, scope.keywords), key))

        def watch(delta: set[int]) -> None:
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
            solver.put(destination, value.number)
            return
        returns = base + scope.returns
        if site.flag & CallFlag.DECORATOR or scope.wraps:
            self._decorated_result(site, function, returns, destination)
        elif scope.returned:
            self._returned_parameters(site, function, base, destination, offset)
        else:
            solver.edge(returns, destination)

    def _decorated_result(self, site: Site, function: Value, returns: int, destination: int) -> None:
        """What a decorator makes of its argument, without what it returns for other functions that it decorates."""
        solver = self.solver
        objects = self.objects
        decorates = bool(site.flag & CallFlag.DECORATOR)
        argument = site.positional[0] if site.positional else 0
        if argument <= 0:
            solver.edge(returns, destination)
            return
        given = self._decorated.setdefault(function.number, set())

        def arrived(delta: set[int]) -> None:
            given.update(delta)
            self._decorated_classes.update(delta)
            returned = solver.values[returns]
            if returned and returned & delta:
                solver.add(destination, returned & delta)

        def returned(delta: set[int]) -> None:
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
                if not decorates or number in own or number not in others:
                    solver.put(destination, number)

        if decorates:
            solver.watch(argument, arrived)
        solver.watch(returns, returned)

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

        def returned(delta: set[int]) -> None:
            passed: set[int] = set()
            for variable in variables:
                passed |= solver.held(variable) & delta
            solver.add(destination, delta - passed)

        solver.watch(base + scope.returns, returned)


_NAMED = frozenset({ParameterKind.POSITIONAL, ParameterKind.KEYWORD})
