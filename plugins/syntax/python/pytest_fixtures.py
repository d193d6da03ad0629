"""What pytest calls tests and fixtures with: other fixtures by the names of parameters, and rows of parametrization.

A name means the fixture of the test's own class or its bases, else that of its module, else that of the nearest
``conftest.py`` in a directory above it, else one that pytest brings along (pytest's reference, "Fixture availability").
A fixture that overrides another one may ask for it by its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from posixpath import dirname
from typing import TYPE_CHECKING

import msgspec

from plugins.syntax.python.builtin_support import argument_of, constant_of, elements_of, opaque
from plugins.syntax.python.elements import read_item
from plugins.syntax.python.ir import WIDTH, Op, ParameterKind, Scope, ScopeFlag, ScopeKind
from plugins.syntax.python.objects import Kind, Site, Value

if TYPE_CHECKING:
    from plugins.syntax.python.program import Program

__all__ = ["FIXTURE_DECORATORS", "PYTEST_CALLS", "Fixture", "declare_fixture", "link_fixtures"]

FIXTURE_DECORATORS = frozenset({"pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture"})

_PARAM = "pytest.param"
_BUILT_IN = {
    "cache": "pytest.Cache",
    "caplog": "pytest.LogCaptureFixture",
    "capfd": "pytest.CaptureFixture",
    "capfdbinary": "pytest.CaptureFixture",
    "capsys": "pytest.CaptureFixture",
    "capsysbinary": "pytest.CaptureFixture",
    "monkeypatch": "pytest.MonkeyPatch",
    "pytestconfig": "pytest.Config",
    "pytester": "pytest.Pytester",
    "recwarn": "pytest.WarningsRecorder",
    "request": "pytest.FixtureRequest",
    "tmp_path": "pathlib.Path",
    "tmp_path_factory": "pytest.TempPathFactory",
}


class Fixture(msgspec.Struct):
    """How a function became a fixture."""

    name: str
    """By which it is asked for; empty: its own name."""
    made: Site | None
    """The call of the decorator's factory."""


# Decorators ----------------------------------------------------------------------------------------------------------


def declare_fixture(p: Program, site: Site, made: Site | None = None) -> None:
    """``@fixture``; ``made``: the call if it is ``@fixture(...)``."""
    fixture = Fixture(_text(p, made, "name") if made is not None else "", made)

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            if p.objects[number].kind == Kind.FUNCTION:
                p.fixtures.setdefault(number, fixture)

    if argument_of(site, 0):
        p.solver.watch(argument_of(site, 0), watch)


def _factory(p: Program, site: Site) -> None:
    opaque(p, site, "fixture", lambda decorated: declare_fixture(p, decorated, site))


def _parametrize(p: Program, site: Site) -> None:
    """``@parametrize("a, b", [(1, 2), ...])``: elements reach the parameters with these names."""
    text = constant_of(p, site, 0)
    values = argument_of(site, 1, "argvalues")
    if text is None or text[0] != "s" or not values or any(name == "indirect" for name, _ in site.keywords):
        return
    names = [name.strip() for name in text[1:].split(",")]
    rows = p.solver.new()

    def decorate(decorated: Site) -> None:
        elements_of(p, site, values, rows)
        p.solver.watch(argument_of(decorated, 0), watch)

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            for function in (value,) if value.kind == Kind.FUNCTION else _methods(p, value):
                for name, variable, kind, _ in function.scope.parameters:
                    if name in names and kind not in (ParameterKind.REST, ParameterKind.KEYWORDS):
                        position = names.index(name) if len(names) > 1 else -1
                        _hand_over(p, rows, position, p.solver.bases[function.file] + variable)

    opaque(p, site, "parametrize", decorate)


def _param(p: Program, site: Site) -> None:
    """``pytest.param(a, b, id="...")``: a row."""
    row = p.solver.fresh_container("tuple", site.file, site.destination)
    row.cls = p.solver.external(_PARAM)
    for position, argument in enumerate(site.positional):
        if argument > 0:
            p.solver.edge(argument, p.solver.key(row, f"i{position}"))
    p.solver.put(site.destination, row.number)


PYTEST_CALLS: dict[str, Callable[[Program, Site], None]] = {
    **dict.fromkeys(FIXTURE_DECORATORS, _factory),
    "pytest.mark.parametrize": _parametrize,
    _PARAM: _param,
}


def _text(p: Program, site: Site, name: str) -> str:
    for keyword, argument in site.keywords:
        if keyword == name and argument < 0:
            return p.solver.files[site.file].constants[-argument - 1][1:]
    return ""


def _methods(p: Program, value: Value) -> Iterator[Value]:
    if value.kind == Kind.CLASS:
        for number in p.solver.definitions[value.file]:
            if p.objects[number].cls == value.number and p.objects[number].kind == Kind.FUNCTION:
                yield p.objects[number]


def _hand_over(p: Program, rows: int, position: int, variable: int) -> None:
    """``variable`` gets the elements of rows at ``position``; -1: the rows themselves."""

    def watch(delta: Collection[int]) -> None:
        for number in delta:
            value = p.objects[number]
            if position < 0 and not (value.cls >= 0 and p.objects[value.cls].name == _PARAM):
                p.solver.add_one(variable, number)
            elif value.kind == Kind.CONTAINER and value.name != "dict":
                read_item(p, value, f"i{max(0, position)}", variable)

    p.solver.watch(rows, watch)


# Parameters ----------------------------------------------------------------------------------------------------------


def link_fixtures(p: Program) -> None:
    """Give tests and fixtures what they ask for. To be called once decorators have been applied."""
    solver = p.solver
    if not any(entry[4].startswith("pytest") for file in solver.files for entry in file.imports):
        return
    lookup = _Lookup(p)
    for definitions in solver.definitions:
        for number in definitions:
            value = p.objects[number]
            if value.kind == Kind.FUNCTION and (
                number in p.fixtures or _is_test(solver.files[value.file].scopes, value)
            ):
                lookup.link(value)


def _is_test(scopes: list[Scope], value: Value) -> bool:
    scope = value.scope
    return scope.name.startswith("test") and scopes[scope.parent].kind in (ScopeKind.MODULE, ScopeKind.CLASS)


class _Lookup:
    """Finds fixtures by name from where they are asked for."""

    def __init__(self, p: Program) -> None:
        self.p = p
        self._named: dict[tuple[int, str], list[int]] = {}
        """Fixtures of a module with a name that is not the function's."""
        self._of_class: dict[tuple[int, str], list[int]] = {}
        for number, fixture in sorted(p.fixtures.items()):
            value = p.objects[number]
            if value.cls >= 0:
                # A test that is inherited gets the fixtures of the classes that inherit it.
                for cls in p.hierarchy.order(value.cls):
                    self._of_class.setdefault((cls, fixture.name or value.scope.name), []).append(number)
            elif fixture.name:
                self._named.setdefault((value.file, fixture.name), []).append(number)

    def link(self, value: Value) -> None:
        """Give ``value``, a test or a fixture, what its parameters name."""
        p, solver = self.p, self.p.solver
        scope = value.scope
        base = solver.bases[value.file]
        skipped = 1 if value.is_method and not scope.flags & ScopeFlag.STATIC else 0
        for name, variable, kind, _ in scope.parameters[skipped:]:
            if kind in (ParameterKind.REST, ParameterKind.KEYWORDS) or name in scope.defaults:
                continue
            found = self._found(value, name)
            for number in found:
                function = p.objects[number]
                generator = function.scope.flags & ScopeFlag.GENERATOR
                result = function.scope.yields if generator else function.scope.returns
                solver.edge(solver.bases[function.file] + result, base + variable)
                p.requested.setdefault(value.file, []).append((value.index, scope.line, number))
            if not found and name in _BUILT_IN:
                solver.put(base + variable, solver.external_instance(_BUILT_IN[name]))
                if name == "request" and value.number in p.fixtures:
                    self._parameters(value, base + variable)

    def _parameters(self, value: Value, request: int) -> None:
        """``request.param`` is one of ``fixture(params=[...])``."""
        solver = self.p.solver
        made = self.p.fixtures[value.number].made
        values = next((argument for name, argument in made.keywords if name == "params"), 0) if made else 0
        position = solver.starts[request]
        if made is None or values <= 0 or not position:
            return
        rows = solver.new()
        elements_of(self.p, made, values, rows)
        code, names = solver.code[value.file], solver.files[value.file].names
        while code[position]:
            if code[position] == Op.LOAD and names[code[position + 1]] == "param":
                _hand_over(self.p, rows, -1, solver.bases[value.file] + code[position + 2])
            position += WIDTH[code[position]]

    def _found(self, value: Value, name: str) -> list[int]:
        """The fixtures that ``name`` may mean as a parameter of ``value``."""
        p = self.p
        if value.cls >= 0:
            for cls in p.hierarchy.order(value.cls):
                found = [number for number in self._of_class.get((cls, name), ()) if number != value.number]
                if found:
                    return found
        found = self._in_module(value.file, name, value.number)
        directory = p.index.directory(value.file)
        while not found:
            conftest = p.index.by_path.get(f"{directory}/conftest" if directory else "conftest")
            if conftest is not None and conftest != value.file:
                found = self._in_module(conftest, name, value.number)
            if not directory:
                break
            directory = dirname(directory)
        return found

    def _in_module(self, file: int, name: str, asking: int) -> list[int]:
        p = self.p
        found = [number for number in self._named.get((file, name), ()) if number != asking]
        variable = p.module_variable(file, name)
        if variable:
            found += [
                number
                for number in p.solver.listed(variable)
                if number in p.fixtures and number != asking and not p.fixtures[number].name
            ]
        return found
