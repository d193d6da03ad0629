"""Collects the intermediate representation of one file: variables, scopes, statements."""

from __future__ import annotations

import ast
from collections import deque

from plugins.syntax.python.frames import Frame
from plugins.syntax.python.ir import WIDTH, Op, Scope, ScopeKind
from plugins.syntax.python.text_patterns import text_pattern

__all__ = ["FILENAME", "WIDTHS", "Builder", "constant_text"]

FILENAME = "<analysed source>"
"""Of all code that is parsed, so that Python's warnings about it can be told from others."""

WIDTHS = [WIDTH.get(number, 0) for number in range(Op.COUNT + 1)]


class Numbering(dict[str, int]):
    """Gives every text that is asked for a number, in the order of the first questions."""

    __slots__ = ()

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class Builder:
    """The growing facts of one file; see ``ir`` for what the numbers mean."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.uses: list[list[int] | None] = [None]
        self.operands: set[int] = set()
        self.scopes: list[Scope] = []
        self.names = Numbering()
        self.constants = Numbering()
        self.calls: list[int] = []
        self.call_starts: list[int] = []
        self.seeds: list[int] = []
        self.containers: list[int] = []
        self.container_kinds: list[str] = []
        self.container_keys: dict[int, dict[str, int]] = {}
        self.last_keys: dict[int, list[str]] = {}
        self.imports: list[tuple[int, int, int, int, str, str, int]] = []
        self.covered: list[tuple[int, str, int, int]] = []
        self.exported: list[str] | None = None
        self.exports_known = True
        self.star_exported: list[int] = []
        self.references: list[int] = []
        self.stored: set[str] = set()
        self.key_names: set[int] = set()
        self.constant_values: list[int] = []
        self.text_values: list[tuple[int, int]] = []
        self.flows: list[int] = []
        self.shared: set[str] = set()
        """Names that functions assign to and others bind, and overloaded functions: they have one version."""
        self.pending: deque[tuple[Frame, ast.AST]] = deque()
        module = Scope(ScopeKind.MODULE, "", "", -1, 1, max(1, len(lines)))
        self.scopes.append(module)
        self.module = Frame(module, 0, None)
        self.frame = self.module

    # Variables ---------------------------------------------------------------------------------------------------

    def new(self) -> int:
        """A fresh variable."""
        uses = self.uses
        number = len(uses)
        uses.append(None)
        return number

    def use(self, variable: int, *statement: int) -> None:
        """Add a statement about ``variable``; nothing happens to what holds nothing."""
        if variable > 0:
            uses = self.uses[variable]
            if uses is None:
                self.uses[variable] = list(statement)
            else:
                uses += statement

    def copy(self, source: int, destination: int) -> None:
        """``destination = source``."""
        if source > 0 and destination > 0 and source != destination:
            uses = self.uses[source]
            if uses is None:
                self.uses[source] = [1, destination]
            else:
                uses += (1, destination)

    def read(self, name: str) -> int:
        """The variable that ``name`` means here."""
        frame = self.frame
        if frame.overlays:
            for overlay in reversed(frame.overlays):
                if name in overlay:
                    return overlay[name]
        if frame.is_class and name not in frame.bound:
            return self._outside(frame, name)
        variable = frame.current.get(name) or frame.variables.get(name)
        if variable is None:
            self.uses.append(None)
            variable = frame.variables[name] = len(self.uses) - 1
        return variable

    def _outside(self, frame: Frame, name: str) -> int:
        """What ``name`` means in the function or module around a class body."""
        outer = frame.outer
        while outer is not None and outer.scope.kind == ScopeKind.CLASS:
            outer = outer.outer
        if outer is None:
            outer = self.module
        for overlay in reversed(outer.overlays):
            if name in overlay:
                return overlay[name]
        variable = outer.current.get(name) or outer.variables.get(name)
        if variable is None:
            variable = outer.variables[name] = self.new()
        return variable

    def bind(self, name: str) -> int:
        """The variable that an assignment to ``name`` writes here: what is read from now on has nothing of what the
        name meant before."""
        frame = self.frame
        if name in frame.bound and not frame.is_class and name not in self.shared:
            frame.rebound.add(name)
            variable = frame.current[name] = self.new()
            versions = frame.assigned.get(name)
            if versions is None:
                versions = frame.assigned[name] = [frame.variables[name]]
            versions.append(variable)
            frame.log.append((name, variable))
            if name in frame.hints:
                self.hint(variable, frame.hints[name])
            return variable
        return self.bind_also(name)

    def bind_also(self, name: str) -> int:
        """As ``bind``, where the name may go on meaning what it did."""
        frame = self.frame
        variable = frame.current.get(name) or frame.variables.get(name)
        if variable is None:
            variable = frame.variables[name] = self.new()
        if name in frame.bound:
            frame.rebound.add(name)
            if name in frame.assigned and variable not in frame.assigned[name]:
                frame.assigned[name].append(variable)
                frame.log.append((name, variable))
        else:
            frame.bound.add(name)
        return variable

    def hint(self, variable: int, hints: list[tuple[int, int]]) -> None:
        """An annotation says this about the variable."""
        for seed, operand in hints:
            self.seeds += (seed, variable, operand)

    def flow(self, source: int, destination: int) -> None:
        """``destination = source``, of which both are versions of one name."""
        if source != destination:
            self.copy(source, destination)
            self.flows += (source, destination)

    def any_version(self, frame: Frame, name: str) -> int:
        """What ``name`` may mean in ``frame`` at any time."""
        versions = frame.assigned.get(name)
        if versions is None:
            return frame.variables[name]
        variable = frame.everything.get(name)
        if variable is None:
            variable = frame.everything[name] = self.new()
            for version in versions:
                self.flow(version, variable)
        return variable

    def bind_global(self, name: str) -> None:
        """``global name``."""
        variable = self.module.variables.get(name)
        if variable is None:
            variable = self.module.variables[name] = self.new()
        self.module.bound.add(name)
        self.frame.variables[name] = variable
        self.frame.bound.add(name)

    def bind_nonlocal(self, name: str) -> None:
        """``nonlocal name``."""
        self.frame.variables[name] = self._enclosing(self.frame, name)
        self.frame.bound.add(name)

    def _enclosing(self, frame: Frame, name: str) -> int:
        """The variable of ``name`` in the nearest scope around ``frame`` that binds it."""
        outer = frame.outer
        if name in frame.hidden:
            return frame.hidden[name]
        while outer is not None and outer is not self.module:
            if outer.scope.kind != ScopeKind.CLASS and name in outer.bound:
                return self.any_version(outer, name)
            if name in outer.hidden:
                return outer.hidden[name]
            outer = outer.outer
        if name not in self.module.variables:
            self.module.variables[name] = self.new()
        return self.any_version(self.module, name)

    # Scopes ------------------------------------------------------------------------------------------------------

    def enter(self, scope: Scope) -> Frame:
        """Register a scope inside the current one and return its frame (not yet the current one)."""
        index = len(self.scopes)
        self.scopes.append(scope)
        return Frame(scope, index, self.frame)

    def qualify(self, name: str) -> str:
        """The qualified name of something defined here."""
        prefix = self.frame.scope.qualified
        return f"{prefix}.{name}" if prefix else name

    def leave_function(self, frame: Frame) -> None:
        """Link the names that the function reads and does not bind to the scopes around it."""
        uses, operands = self.uses, self.operands
        scope = frame.scope
        for position, parameter in enumerate(scope.parameters):
            if parameter[0] not in frame.rebound and _copied(uses, parameter[1], scope.returns):
                scope.returned.append(position)
        for name, variable in frame.variables.items():
            if name in frame.bound:
                continue
            target = self._enclosing(frame, name)
            if name in frame.mentions:
                self.references += (target, frame.source, frame.mentions[name])
            moved = uses[variable]
            if variable in self.key_names:
                self.key_names.add(target)
            if moved:
                existing = uses[target]
                if existing is None:
                    uses[target] = moved
                else:
                    existing += moved
                uses[variable] = None
            if variable in operands:
                self.copy(target, variable)

    # Names, constants, calls -------------------------------------------------------------------------------------

    def name(self, text: str) -> int:
        """The position of ``text`` in the table of names."""
        return self.names[text]

    def constant(self, value: object) -> int | None:
        """The position of a string or integer in the table of constants, ``None`` for anything else."""
        text = constant_text(value)
        return None if text is None else self.constants[text]

    def assign_constant(self, variable: int, value: object) -> None:
        """``variable = constant``; kept only if it turns out to matter what the value is."""
        text = constant_text(value)
        if text is not None:
            self.constant_values += (variable, self.constants[text])

    def assign_text(self, variable: int, node: ast.expr) -> None:
        """``variable = node`` where the value is text of which something is known; kept only if it names something."""
        pattern = text_pattern(node)
        if pattern is not None:
            self.text_values.append((variable, self.constants[pattern]))

    def call(
        self,
        callee: int,
        line: int,
        positional: list[int],
        keywords: list[tuple[str, int]],
        rest: int = 0,
        mapping: int = 0,
        flag: int = 0,
        name: str = "",
    ) -> int:
        """A call site; returns the variable of its result."""
        uses, names, operands, calls, starts = self.uses, self.names, self.operands, self.calls, self.call_starts
        result = len(uses)
        uses.append(None)
        index = len(starts)
        starts.append(len(calls))
        called = names[name] + 1 if name else 0
        calls += (result, self.frame.source, line, flag, called, rest, mapping, len(positional))
        if positional:
            calls += positional
            for argument in positional:
                if argument > 0:
                    operands.add(argument)
        for keyword, argument in keywords:
            calls += (names[keyword], argument)
            if argument > 0:
                operands.add(argument)
        if rest:
            operands.add(rest)
        if mapping:
            operands.add(mapping)
        if callee > 0:
            statements = uses[callee]
            if statements is None:
                uses[callee] = [9, index]
            else:
                statements += (9, index)
        return result

    def container(self, kind: str) -> tuple[int, int, int]:
        """A new container: its number, the variable for values under unknown keys, the one for all values."""
        index = len(self.container_kinds)
        self.container_kinds.append(kind)
        uses = self.uses
        unknown = len(uses)
        everything = unknown + 1
        uses += ([1, everything], None, None)
        self.containers += (unknown, everything, everything + 1)
        return index, unknown, everything

    def put(self, container: int, key: str, value: int) -> None:
        """``container[key] = value`` for a constant key (text of the table of constants)."""
        keys = self.container_keys.setdefault(container, {})
        variable = keys.get(key)
        if variable is None:
            variable = keys[key] = self.new()
            self.uses[variable] = [1, self.containers[3 * container + 1]]
        self.copy(value, variable)

    def refer(self, variable: int, line: int) -> None:
        """An attribute is named here without being called."""
        if variable > 0:
            self.references += (variable, self.frame.source, line)


def constant_text(value: object) -> str | None:
    """How the table of constants writes ``value``; long strings are all alike."""
    if value.__class__ is str:
        return f"s{value}" if len(value) <= 80 else "s"  # pyright: ignore[reportArgumentType]
    if value.__class__ is int:
        return f"i{value}" if -(2**60) < value < 2**60 else "i"  # pyright: ignore[reportOperatorIssue]
    if value.__class__ is bool:
        return f"i{int(value)}"  # pyright: ignore[reportArgumentType]
    return None


def _copied(uses: list[list[int] | None], variable: int, destination: int) -> bool:
    """Whether a variable is copied to ``destination`` as it is, or where a condition holds."""
    places = [variable]
    for place in places:
        statements = uses[place]
        position = 0
        while statements and position < len(statements):
            operation = statements[position]
            if operation == Op.COPY and statements[position + 1] == destination:
                return True
            if operation == Op.NARROW:
                places.append(statements[position + 2])
            position += WIDTHS[operation]
    return False
