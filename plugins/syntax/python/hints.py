"""What is assumed where propagation found nothing: receivers of uncalled methods, annotations, unknown keys.

Each assumption is made only after everything else has been propagated, for all places at once, so that the result
does not depend on the order of the files.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from plugins.syntax.python.ir import ParameterKind, ScopeFlag, Seed
from plugins.syntax.python.objects import Kind, Value
from plugins.syntax.python.propagation import LIMIT
from plugins.syntax.python.protocol_calls import convert
from plugins.syntax.python.text_patterns import matching

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["fill_gaps"]


def fill_gaps(p: Program) -> None:
    """Assume what the code says where nothing else is known, and propagate again."""
    _caught(p)
    p.settle()
    p.link_uncalled()
    p.settle()
    _inherited(p)
    _undecorated(p)
    _unknown_keys(p)
    p.settle()
    _receivers(p)
    p.settle()
    _inherited(p)
    _undecorated(p)
    _unknown_keys(p)
    p.settle()
    _annotations(p)
    p.settle()
    _caught(p)
    p.settle()
    _inherited(p)
    convert(p)
    p.settle()


def _caught(p: Program) -> None:
    """What is caught for a class are its instances, and those of the classes that derive from it, of which any are
    made; where these are many, or none, it is only known to be one of its own."""
    for cls, destination in p.handled:
        raised = [heir for heir in p.hierarchy.heirs(cls) if heir in p.instantiated]
        if not raised or len(raised) > _MOST_RAISED:
            raised = [cls]
        elif cls in p.instantiated:
            raised.append(cls)
        for number in raised:
            p.solver.put(destination, p.solver.instance(number))


_MOST_RAISED = 8


def _inherited(p: Program) -> None:
    """What nobody is known to write and what is called is a method of the external base class."""
    entries, p.inherited = p.inherited, []
    unwritten = [entry for entry in entries if p.solver.values[entry[0]] is None and p.only_called(entry[0])]
    for destination, number in unwritten:
        p.solver.put(destination, number)


def _undecorated(p: Program) -> None:
    """A decorator of which nothing is known is taken to return what it decorates."""
    solver = p.solver
    pairs: list[tuple[int, int]] = []
    for kind, number, variable, operand in solver.assumptions:
        base = solver.bases[number]
        if kind == Seed.FALLBACK and solver.values[base + variable] is None:
            pairs.append((base + operand, base + variable))
    for source, destination in pairs:
        solver.edge(source, destination)


def _unknown_keys(p: Program) -> None:
    """A key that is no constant may be any."""
    solver = p.solver
    entries, p.open_keys = p.open_keys, []
    for variable, container, action, other in entries:
        kinds = {p.objects[number].kind for number in solver.listed(variable)}
        if Kind.CONSTANT in kinds:
            continue
        keys = _fitting_keys(p, variable, container) if kinds - {Kind.EXTERNAL_INSTANCE} == {Kind.TEXT} else ()
        for key in keys or (None,):
            action(p, container, key, other)


def _fitting_keys(p: Program, variable: int, container: Value) -> list[str]:
    """The constant keys of a container that text of which the ends are known may be."""
    known = [key[1:] for key in container.keys if key[:1] == "s"]
    texts = [p.objects[number] for number in p.solver.listed(variable) if p.objects[number].kind == Kind.TEXT]
    return [f"s{name}" for text in texts for name in matching(text.name, known, LIMIT)]


def _receivers(p: Program) -> None:
    """A method that nobody calls is called by somebody outside, on an instance of its own class."""
    solver = p.solver
    abstract = {cls for cls in solver.classes if _is_abstract(p, cls)}
    found: list[tuple[int, int]] = []
    for definitions in solver.definitions:
        for number in definitions:
            value = p.objects[number]
            if value.kind != Kind.FUNCTION or not value.is_method:
                continue
            variable = _receiver_variable(p, value)
            if variable and solver.values[variable] is None:
                class_method = value.scope.flags & ScopeFlag.CLASS_METHOD
                for cls in _callers_classes(p, value, abstract):
                    found.append((variable, cls if class_method else solver.instance(cls)))
    for variable, receiver in found:
        solver.put(variable, receiver)


def _callers_classes(p: Program, method: Value, abstract: Set[int]) -> list[int]:
    """The class that defines ``method``, and those that inherit it if outsiders are known to call it on these: test
    runners run what a class inherits, and of a class with abstract methods there are no other instances."""
    name = method.scope.name
    if not (name.startswith("test") or name in _RUN_BY_TEST_RUNNERS or method.cls in abstract):
        return [method.cls]
    heirs = [cls for cls in p.hierarchy.heirs(method.cls) if p.hierarchy.class_attribute(cls, name).owner == method.cls]
    return [method.cls, *heirs]


_RUN_BY_TEST_RUNNERS = frozenset(
    {
        "asyncSetUp", "asyncTearDown", "runTest", "setUp", "setUpClass", "setUpTestData", "setup_class", "setup_method",
        "tearDown", "tearDownClass", "teardown_class", "teardown_method",
    }
)  # fmt: skip


def _is_abstract(p: Program, cls: int) -> bool:
    value = p.objects[cls]
    scopes = p.solver.files[value.file].scopes
    return any(scopes[index].flags & ScopeFlag.ABSTRACT for index in value.scope.functions.values())


def _receiver_variable(p: Program, value: Value) -> int:
    scope = value.scope
    if scope.flags & ScopeFlag.STATIC or not scope.parameters:
        return 0
    _, variable, kind, _ = scope.parameters[0]
    if kind not in (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY):
        return 0
    return p.solver.bases[value.file] + variable


def _annotations(p: Program) -> None:
    """A value has the class that its annotation names, unless an instance of that class is known to arrive."""
    solver = p.solver
    additions: list[tuple[int, int]] = []
    for kind, number, variable, operand in solver.assumptions:
        base = solver.bases[number]
        if kind == Seed.ANNOTATION:
            for cls in solver.listed(base + operand):
                hint = _hint(p, cls)
                if hint >= 0 and not _known(p, base + variable, cls):
                    additions.append((base + variable, hint))
        elif kind == Seed.ANNOTATED_CLASS:
            for cls in solver.listed(base + operand):
                if p.objects[cls].kind == Kind.CLASS and solver.values[base + variable] is None:
                    additions.append((base + variable, cls))
        elif kind == Seed.ANNOTATED_CONTAINER and solver.values[base + variable] is None:
            additions.append((base + variable, solver.container(number, operand).number))
    for variable, value in additions:
        solver.put(variable, value)


def _hint(p: Program, number: int) -> int:
    """An instance of the class that an annotation names; -1: it names no class."""
    value = p.objects[number]
    if value.kind == Kind.CLASS:
        return p.solver.instance(number, True)
    if value.kind == Kind.EXTERNAL and value.name not in _VAGUE and not value.name.startswith("typing."):
        return p.solver.external_instance(value.name)
    return -1


_VAGUE = frozenset(
    {"builtins.object", "builtins.type", "builtins.list", "builtins.dict", "builtins.tuple", "builtins.set"}
)


_IMPLEMENTING = frozenset({Kind.INSTANCE, Kind.FUNCTION, Kind.BOUND, Kind.PARTIAL, Kind.WRAPPED, Kind.CLASS})
"""What may be meant by a protocol, one with ``__call__`` included."""


def _known(p: Program, variable: int, cls: int) -> bool:
    """Whether the variable is known to hold an instance of the class or of one derived from it."""
    protocol = p.objects[cls].kind == Kind.CLASS and p.is_protocol(cls)
    for number in p.solver.listed(variable):
        value = p.objects[number]
        if protocol and value.kind in _IMPLEMENTING:
            return True
        if value.kind == Kind.INSTANCE and cls in p.hierarchy.order(value.cls):
            return True
        if p.objects[cls].kind == Kind.EXTERNAL and value.kind != Kind.OPAQUE:
            return True
    return False
