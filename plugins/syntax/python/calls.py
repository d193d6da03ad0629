"""What a call does: arguments to parameters, results back, constructors, and the record of who calls whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from plugins.syntax.python import builtin_calls, builtin_methods
from plugins.syntax.python.class_creation import metaclass, subclasses
from plugins.syntax.python.dispatch import call_registered, is_generic, register
from plugins.syntax.python.hierarchy import Hierarchy
from plugins.syntax.python.ir import CallFlag, ScopeFlag
from plugins.syntax.python.linking import ArgumentLinker
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.propagation import Watcher
from plugins.syntax.python.pytest_fixtures import FIXTURE_DECORATORS, Fixture, declare_fixture

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["CallLinker"]


_TEXT_METHODS = frozenset(
    {
        "capitalize", "casefold", "center", "expandtabs", "format", "format_map", "join", "ljust", "lower", "lstrip",
        "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strip", "swapcase", "title", "translate",
        "upper", "zfill",
    }
)  # fmt: skip
"""Methods of text that return text."""

_TYPED_DICTIONARIES = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})

_ARITHMETIC = (
    "add", "sub", "mul", "truediv", "mod", "or", "and", "xor", "floordiv", "pow", "lshift", "rshift", "matmul"
)  # fmt: skip
_INSTEAD = {
    "__format__": "__str__",
    "__str__": "__repr__",
    "__bool__": "__len__",
    "__int__": "__index__",
    "__ne__": "__eq__",
    **{f"__i{name}__": f"__{name}__" for name in _ARITHMETIC},
}
"""What Python calls where a class lacks a special method."""


class CallLinker(ArgumentLinker):
    """Applies values to call sites."""

    hierarchy: Hierarchy

    def setup_calls(self) -> None:
        """To be called once the solver exists."""
        self.setup_links()
        self.open_keys: list[tuple[int, Value, Any, int]] = []
        self.conversions: list[tuple[tuple[int, int, int], int, str]] = []
        self.inherited: list[tuple[int, int]] = []
        self.made: dict[int, list[int]] = {}
        """By metaclass: the classes that it makes; filled when somebody asks."""
        self.instantiated: set[int] = set()
        self.handled: list[tuple[int, int]] = []
        """Classes of exceptions, and the variables of what is caught for them."""
        self.fixtures: dict[int, Fixture] = {}
        self.requested: dict[int, list[tuple[int, int, int]]] = {}
        """By file: the scope and line of a test or fixture, and a fixture that it gets."""
        self._flags: dict[int, int] = {}
        by_kind: dict[int, Callable[[Site, Value], None]] = {
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
        self.handlers = [by_kind.get(kind) for kind in range(Kind.COUNT)]
        """What a call of a value does, by its kind."""

    def _program(self) -> Program:
        """This object as what it is: the program is the only class derived from this one."""
        return cast("Program", self)

    def call(self, site: Site, number: int) -> None:
        """The callee of ``site`` may be this value."""
        value = self.objects[number]
        handler = self.handlers[value.kind]
        if handler is not None and (not site.flag & CallFlag.RAISE or value.kind == Kind.CLASS):
            handler(site, value)

    def call_all(self, site: Site, numbers: Collection[int]) -> None:
        """The callee of ``site`` may be any of these values."""
        for number in numbers:
            self.call(site, number)

    def call_variable(self, site: Site, variable: int) -> None:
        """The callee of ``site`` may be whatever ``variable`` holds."""
        self.solver.watch(variable, partial(self.call_all, site))

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
        site.found(value.number, self._found_by(site, value))
        self.link(site, value, 0, site.destination)
        if value.scope.decorators and is_generic(value):
            call_registered(self._program(), site, value, 0)

    def _call_bound(self, site: Site, value: Value) -> None:
        function = self.objects[value.function]
        receiver = self.objects[value.receiver]
        if function.kind == Kind.WRAPPED:
            wrapper = self.objects[function.function]
            site.found(wrapper.number, "decorator")
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
        site.found(function.number, how)
        self.link(site, function, value.receiver, site.destination)
        if function.scope.decorators and is_generic(function):
            call_registered(self._program(), site, function, value.receiver)

    def _call_wrapped(self, site: Site, value: Value) -> None:
        site.found(value.function, "decorator")
        self.forward(site, value, 0)

    def forward(self, site: Site, wrapped: Value, receiver: int) -> None:
        """The arguments of ``site`` reach the wrapper and what it wraps; the result is that of what it wraps."""
        wrapper = self.objects[wrapped.function]
        self.link(site, wrapper, receiver, site.destination)
        if site.flag & CallFlag.FORWARD or not site.link_once(wrapped.number):
            return

        def watch(delta: Collection[int]) -> None:
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
            for number in self.solver.listed(wrapped.receiver):
                value = self.objects[number]
                if value.kind == Kind.FUNCTION:
                    flags |= value.scope.flags
                elif value.kind == Kind.WRAPPED:
                    flags |= self.wrapped_flags(value)
            self._flags[wrapped.number] = flags
        return flags

    def call_function(self, site: Site, number: int, receiver: int, destination: int, how: str) -> None:
        """A construct of the language calls a function with a receiver and no arguments."""
        site.found(number, how)
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
        watcher = self.caller(site, receiver, arguments, destination, how)
        if found.function >= 0:
            watcher({found.function})
        else:
            self.solver.watch(found.cls, watcher)
        return True

    def special_method(self, cls: int, name: str) -> str:
        """The method that does what ``name`` is for: another one where the class does not have it."""
        while name in _INSTEAD and not self.hierarchy.instance_attribute(cls, name).cls:
            name = _INSTEAD[name]
        return name

    def tuple_field(self, value: Value, index: int) -> str | None:
        """The name of the field at a position of a value, if that is a named tuple."""
        if value.kind != Kind.INSTANCE or "typing.NamedTuple" not in self._external_bases(self.objects[value.cls]):
            return None
        fields = self.fields(value.cls)
        return fields[index] if -len(fields) <= index < len(fields) else None

    def fields(self, cls: int) -> list[str]:
        """The attributes that positional patterns of a class stand for."""
        found: list[str] = []
        for number in reversed(self.hierarchy.order(cls)):
            value = self.objects[number]
            if value.kind == Kind.CLASS:
                found += value.scope.fields
        return found

    def caller(self, site: Site, receiver: int, arguments: Sequence[int], destination: int, how: str) -> Watcher:
        """What calls functions with these variables as arguments, after the receiver if that is not 0."""

        def watch(delta: Collection[int]) -> None:
            for number in delta:
                value = self.objects[number]
                if value.kind != Kind.FUNCTION:
                    continue
                site.found(number, how)
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
        if not site.link_once(value.number):
            return
        if not site.flag & CallFlag.DECORATOR and value.scope.name == site.name:
            how = "direct" if value.file == site.file else "import"
        else:
            how = "points_to"
        site.found(value.number, how)
        self.instantiated.add(value.number)
        instance = solver.instance(value.number)
        solver.put(site.destination, instance)
        if value.scope.bases and self.hierarchy.is_enumeration(value.number):
            # It finds a member, which was made when the class was.
            return
        meta = metaclass(self._program(), value.number)
        called = self.hierarchy.class_attribute(meta, "__call__").function if meta >= 0 else -1
        if called >= 0:
            # It makes the instance, by super().__call__.
            self.call_function(site, called, value.number, site.destination, "special_method")
        else:
            self._initialize(site, value, instance)
        allocate = self.hierarchy.class_attribute(value.number, "__new__")
        if allocate.cls:
            solver.watch(allocate.cls, partial(self._constructed, site, value.number, site.destination))

    def _initialize(self, site: Site, value: Value, instance: int) -> None:
        initial = self.hierarchy.class_attribute(value.number, "__init__")
        if initial.function >= 0:
            site.found(initial.function, "constructor")
            self.link(site, self.objects[initial.function], instance, 0)
        elif initial.cls:
            self.solver.watch(initial.cls, partial(self._constructed, site, instance, 0))
        elif value.scope.flags & ScopeFlag.DATA_CLASS:
            self._data_class(site, value)
        elif value.scope.bases:
            external = self._external_bases(value)
            if "typing.NamedTuple" in external:
                self._data_class(site, value)
            elif not external.isdisjoint(_TYPED_DICTIONARIES):
                builtin_calls.FUNCTIONS["builtins.dict"](self._program(), site)

    def _constructed(self, site: Site, receiver: int, destination: int, delta: Collection[int]) -> None:
        for number in delta:
            if self.objects[number].kind == Kind.FUNCTION:
                site.found(number, "constructor")
                self.link(site, self.objects[number], receiver, destination)

    def _external_bases(self, value: Value) -> set[str]:
        return {
            self.objects[number].name
            for number in self.hierarchy.order(value.number)
            if self.objects[number].kind == Kind.EXTERNAL
        }

    def is_protocol(self, cls: int) -> bool:
        """Whether the class only describes what others do, without being their base."""
        return any(
            number >= 0 and self.objects[number].name in ("typing.Protocol", "typing_extensions.Protocol")
            for number in self.objects[cls].bases
        )

    def _data_class(self, site: Site, value: Value) -> None:
        """Arguments of a generated constructor become attributes, in the order of the annotated names."""
        fields: list[tuple[str, int]] = []
        for number in reversed(self.hierarchy.order(value.number)):
            cls = self.objects[number]
            if cls.kind == Kind.CLASS:
                fields += [(name, cls.variables[name]) for name in cls.scope.fields if name in cls.variables]
        named = dict(fields)
        check = self.solver.implicit_site(site.file, site.scope, site.line, "__post_init__")
        self.call_method(check, self.solver.instance(value.number), "__post_init__", (), 0, "constructor")
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

    def _called_instance(self, site: Site, receiver: int, delta: Collection[int]) -> None:
        for number in delta:
            function = self.objects[number]
            if function.kind == Kind.FUNCTION:
                how = "decorator" if site.flag & CallFlag.DECORATOR else "special_method"
                site.found(number, how)
                self.link(site, function, receiver, site.destination)

    # External callees --------------------------------------------------------------------------------------------

    def _call_external(self, site: Site, value: Value) -> None:
        if not site.link_once(value.number):
            return
        site.found(value.number, "builtin" if value.name.startswith("builtins.") else "external")
        if site.flag & CallFlag.DECORATOR:
            self._transparent(site)
            if value.name in FIXTURE_DECORATORS:
                declare_fixture(self._program(), site)
            return
        model = builtin_calls.FUNCTIONS.get(value.name)
        if model is not None:
            model(self._program(), site)
            return
        last = value.name.rpartition(".")[2]
        if last in _TEXT_METHODS and value.name.startswith("builtins.str."):
            self.solver.put(site.destination, self.solver.external_instance("builtins.str"))
        elif last[:1].isupper() or value.name in builtin_calls.CLASSES:
            self.solver.put(site.destination, self.solver.external_instance(value.name))
        elif self.only_called(site.destination):
            opaque, _ = self.solver.make(Kind.OPAQUE)
            self.solver.put(site.destination, opaque.number)

    def only_called(self, variable: int) -> bool:
        """Whether the value is called, as in ``@decorator(argument)``: then it matters that it is external."""
        return self.solver.first_call(variable) >= 0

    def _transparent(self, site: Site) -> None:
        """A decorator from elsewhere is taken to return what it was given."""
        if site.positional and site.positional[0] > 0:
            self.solver.edge(site.positional[0], site.destination)

    def _call_opaque(self, site: Site, value: Value) -> None:
        if site.flag & CallFlag.DECORATOR:
            self._transparent(site)
        elif value.name != "callable":
            return
        if value.listeners and site.link_once(value.number):
            for action in value.listeners:
                action(site)

    def _call_collection_method(self, site: Site, value: Value) -> None:
        if not site.link_once(value.number):
            return
        owner = self.objects[value.function]
        if owner.kind == Kind.FUNCTION:
            register(self._program(), site, owner, value.number)
            return
        if owner.kind == Kind.GENERATOR:
            name = "types.GeneratorType"
        elif owner.kind == Kind.CLASS:
            name = "builtins.type"
            if value.name == "__subclasses__":
                subclasses(self._program(), site, owner.number)
            else:
                instance = self.solver.instance(owner.number)
                self.solver.put(site.destination, instance)
                self._initialize(site, owner, instance)
        else:
            name = self.objects[owner.cls].name if owner.cls >= 0 else f"builtins.{owner.name}"
        site.found(self.solver.external(f"{name}.{value.name}"), "builtin")
        models = builtin_methods.GENERATOR_METHODS if owner.kind == Kind.GENERATOR else builtin_methods.METHODS
        model = models.get(value.name)
        if model is not None:
            model(self._program(), site, owner)

    def _call_partial(self, site: Site, value: Value) -> None:
        """``functools.partial(f, ...)()``: f with the arguments of both calls."""
        if site.callbacks > 1 or not site.link_once(value.number):
            return
        made: Site = value.listeners[0]
        joined = site.on_behalf()
        # A partial of a partial is followed, but a variable may hold a partial of itself.
        joined.callbacks = site.callbacks + 1
        joined.positional = [*(self.movable(made, entry) for entry in made.positional[1:]), *site.positional]
        joined.keywords = [*((name, self.movable(made, entry)) for name, entry in made.keywords), *site.keywords]
        joined.destination = site.destination
        self.call_variable(joined, value.function)

    def movable(self, site: Site, argument: int) -> int:
        """An argument of ``site`` in a form that means the same in other files."""
        if argument >= 0:
            return argument
        constants = self.solver.files[site.file].constants
        return self.single(self.solver.constant(constants[-argument - 1]))
