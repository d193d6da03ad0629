"""What the instructions of compiled C# call, by the places of definitions in its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.compilers.comparison import Call, Place, Resolved
from benchmarks.compilers.csharp_declarations import Declaration, Declarations, bare

__all__ = ["Compiled"]


@dataclass(frozen=True)
class _Method:
    """A compiled method, with the first line of its body."""

    type: str
    name: str
    generics: int
    parameters: tuple[str, ...]
    path: str
    line: int


class Compiled:
    """What the program that reads an assembly printed, and the declarations in the sources of that assembly."""

    def __init__(self, lines: Iterable[list[str]], declarations: Declarations) -> None:
        self._declarations = declarations
        self._methods: list[_Method] = []
        self._origins: dict[int, int] = {}
        self._declared: dict[int, Declaration | None] = {}
        self._outside: dict[str, list[Place]] = {}
        self._same: dict[Place, Place] = {}
        self._calls: set[Call] = set()
        self._constructors: set[Call] = set()
        self._possible: set[Call] = set()
        by_kind: dict[str, list[list[str]]] = {}
        for kind, *fields in lines:
            by_kind.setdefault(kind, []).append(fields)
        for _, kind, name, generics, parameters, path, line in by_kind.get("method", []):
            listed = tuple(parameters.split(",")) if parameters else ()
            self._methods.append(_Method(kind, name, int(generics), listed, path, int(line)))
        for made, origin in by_kind.get("generated", []):
            self._origins.setdefault(int(made), int(origin))
        self._read_types()
        for method, origin in by_kind.get("root", []):
            self._unite(self._place(int(method)), self._place(int(origin)))
        for method, name in by_kind.get("outside", []):
            if (place := self._place(int(method))) is not None:
                self._outside.setdefault(name, []).append(place)
        for fields in by_kind.get("call", []):
            self._read_call(*fields)
        for fields in by_kind.get("create", []):
            self._read_creation(*fields)
        for fields in by_kind.get("virtual", []):
            self._read_virtual(*fields)
        self._unknown = {(path, int(line)) for path, line in by_kind.get("dynamic", [])}

    def resolved(self) -> Resolved:
        """All calls, for a comparison."""
        all_declared = [each for found in self._declarations.files.values() for each in found]
        return Resolved(
            calls=self._calls,
            files=frozenset(self._declarations.files),
            enclosing={each.place: each.around.place for each in all_declared if each.around is not None},
            unknown=self._unknown,
            possible=self._possible,
            same=self._same,
            left_out=self._declarations.inactive,
        )

    def constructors(self) -> set[Call]:
        """The constructors in the sources that are called."""
        return self._constructors

    def _read_types(self) -> None:
        for parts in self._declarations.types.values():
            for part in parts[1:]:
                self._unite(part.place, parts[0].place)

    def _unite(self, place: Place | None, kept: Place | None) -> None:
        if place is not None and kept is not None and place != kept:
            self._same[place] = kept

    # places

    def _place(self, number: int) -> Place | None:
        found = self._declaration(number)
        return found.place if found is not None else None

    def _declaration(self, number: int) -> Declaration | None:
        if number not in self._declared:
            self._declared[number] = self._find(self._methods[number])
        return self._declared[number]

    def _find(self, method: _Method) -> Declaration | None:
        found = [
            each
            for each in self._declarations.members.get((method.type, bare(method.name)), ())
            if each.generics == method.generics or method.name.startswith("op_")
        ]
        is_accessor = not found or len(found[0].parameters) != len(method.parameters)
        if not is_accessor or len(found) > 1:
            found = [each for each in found if len(each.parameters) == len(method.parameters)] or found
        if len(found) > 1 and method.line:
            within = [each for each in found if each.path == method.path and each.line <= method.line <= each.end]
            found = within or found
        if len(found) > 1:
            found = [each for each in found if each.parameters == method.parameters] or found
        for each in found[1:]:
            if each.parameters == found[0].parameters:
                # The two halves of a partial method.
                self._unite(each.place, found[0].place)
        return found[0] if found else None

    def _part(self, kind: str, path: str, line: int, name: str) -> str:
        """The file of a class that a field stands in, whose value calls something of that name. The symbols name the
        first file of a class that has several, with lines of another."""
        for part in self._declarations.types.get(kind, ()):
            text = part.text.split("\n")[max(line - part.line, 0) :] if line <= part.end else []
            if text and re.search(rf"\b{re.escape(name)}\b", text[0]):
                return part.path
        return path

    def _caller(self, number: int, path: str, line: int, name: str) -> Declaration | None:
        """What a line in a method that calls something of that name belongs to: the method, or what a field is
        declared in."""
        seen = {number}
        while number in self._origins and self._origins[number] not in seen:
            number = self._origins[number]
            seen.add(number)
        own = self._declaration(number)
        if own is not None and len(seen) > 1:
            # The symbols of nameless methods name the first file of a class that has several, with lines of another.
            path = own.path
        elif self._methods[number].name in (".ctor", ".cctor") and own is None:
            path = self._part(self._methods[number].type, path, line, name)
        if not line or (own is not None and own.path == path and own.line <= line <= own.end):
            return own
        return self._declarations.around(path, line)

    # calls

    def _read_call(self, number: str, path: str, line: str, target: str) -> None:
        method = self._methods[int(target)]
        caller = self._caller(int(number), path, int(line), bare(method.name))
        # Loops, queries, disposal and initializers of collections call methods without saying so.
        if caller is None or not re.search(rf"\b{re.escape(bare(method.name))}\b", caller.text):
            return
        declared = self._declaration(int(target))
        place = declared.place if declared is not None else (method.path, method.line)
        self._calls.add(Call(caller.place, place))

    def _read_creation(self, number: str, path: str, line: str, target: str, kind: str, how: str) -> None:
        parts = self._declarations.types.get(kind)
        name = re.split(r"[./]", kind)[-1].partition("`")[0]
        caller = self._caller(int(number), path, int(line), name)
        if caller is None or not parts:
            return
        constructor = self._declaration(int(target)) if target != "-1" else None
        is_written = re.search(rf"\bnew\s+(?:[\w.:<>]+\.\s*)?{re.escape(name)}\b", caller.text) is not None
        if how == "chain":
            counts = is_written or (caller.is_chained and constructor is not None)
        else:
            counts = how == "class" or is_written
        if counts:
            self._calls.add(Call(caller.place, parts[0].place))
            if constructor is not None:
                self._constructors.add(Call(caller.place, constructor.place))

    def _read_virtual(self, number: str, path: str, line: str, name: str) -> None:
        if name not in self._outside:
            return
        caller = self._caller(int(number), path, int(line), name)
        if caller is not None and re.search(rf"\b{re.escape(name)}\b", caller.text):
            self._possible |= {Call(caller.place, place) for place in self._outside[name]}
