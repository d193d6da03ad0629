"""The rows of a file that are known before the program is solved: what it defines, and most of what it imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from codestory.graph.rows import EdgeRow, NodeRow
from plugins.syntax.python.ir import ImportKind, Scope, ScopeKind
from plugins.syntax.python.modules import ImportedModule, Namespace, origin
from plugins.syntax.python.nodes import file_nodes, label_of, main_definition
from plugins.syntax.python.program import Program

__all__ = ["CertainRows", "ImportEdges", "Names", "Packages"]

_encoder = msgspec.msgpack.Encoder()


class Packages:
    """Identities and properties of external packages and of what is in them."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self._known: dict[str, tuple[str, dict[str, Any]]] = {}

    def __getitem__(self, name: str) -> tuple[str, dict[str, Any]]:
        known = self._known.get(name)
        if known is None:
            top = name.partition(".")[0]
            properties = {
                "name": name,
                "package": top,
                "kind": "package" if name == top else "symbol",
                "origin": origin(top),
                "language": "python",
            }
            known = self._known[name] = (f"{self.repository}:@package/{name}", properties)
        return known


class Names:
    """Labels and identities of the scopes of one file, by number. They are made once, because rows share them."""

    def __init__(self, repository: str, path: str, scopes: Sequence[Scope]) -> None:
        prefix = f"{repository}:{path}#"
        self.labels = [label_of(scope) for scope in scopes]
        self.identities = [prefix + scope.qualified for scope in scopes]
        self.module = self.identities[0]


class ImportEdges:
    """Collects what is imported from where, as one relationship for each target."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, list[int], list[str]]] = {}

    def add(self, label: str, identity: str, line: int, how: str, name: str = "") -> None:
        """``name`` is imported in ``line``; without a name, the target itself is."""
        known = self._found.get((label, identity))
        if known is None:
            known = self._found[label, identity] = (how, [], [])
        _, lines, names = known
        if line not in lines:
            lines.append(line)
        if name and name not in names:
            names.append(name)

    def rows(self, module: str) -> Iterator[EdgeRow]:
        """The relationships, from the module with this identity."""
        for (label, identity), (how, lines, names) in self._found.items():
            properties: dict[str, Any] = {"confidence": 1.0, "lines": lines}
            if names:
                properties["names"] = names
            properties["resolution"] = how
            yield EdgeRow("IMPORTS", "Module", module, label, identity, properties)


class CertainRows:
    """What one file has whatever the program turns out to do; implements ``Certain``.

    An import of a name from a package that has a submodule of that name is not certain: which of both is meant shows
    when the program is solved. Relationships to modules that such an import may add to are ``undecided``.
    """

    def __init__(self, program: Program, number: int, names: Sequence[Names], packages: Packages) -> None:
        self.unit = program.index.paths[number]
        self._program = program
        self._number = number
        self._facts = program.solver.files[number]
        self._names = names
        self._packages = packages
        self._imported: Sequence[ImportedModule | None] | None = None
        self._submodules: dict[int, int | Namespace] = {}
        self._undecided: set[int | Namespace] = set()

    @property
    def imported(self) -> Sequence[ImportedModule | None]:
        """The module that each import names; ``None``: it should be in this repository and is not."""
        if self._imported is None:
            solved = self._program.imported
            index = self._program.index
            self._imported = (
                solved[self._number]
                if solved
                else [index.imported(self._number, entry[3], entry[4]) for entry in self._facts.imports]
            )
            for position, (entry, module) in enumerate(zip(self._facts.imports, self._imported, strict=True)):
                if entry[0] == ImportKind.NAME and isinstance(module, int | Namespace):
                    submodule = index.submodule(module, entry[5])
                    if submodule is not None:
                        self._submodules[position] = submodule
                        self._undecided |= {module, submodule}
        return self._imported

    @property
    def submodules(self) -> dict[int, int | Namespace]:
        """The submodules that imports of a name may mean, by the position of the import."""
        _ = self.imported
        return self._submodules

    @property
    def undecided(self) -> set[int | Namespace]:
        """The modules to which ``edges`` has no relationship, because it is not known before solving."""
        _ = self.imported
        return self._undecided

    def key(self) -> bytes:
        """All that the rows depend on besides the facts: the module's name, and what its imports may mean."""
        places = [self._place(module) for module in self.imported]
        submodules = [(position, self._place(module)) for position, module in self._submodules.items()]
        return _encoder.encode([self._program.index.names[self._number], places, submodules])

    def nodes(self) -> list[NodeRow]:
        """The module and what it defines."""
        return file_nodes(self._facts, self._packages.repository, self.unit, self._program.index.names[self._number])

    def packages(self) -> dict[str, dict[str, Any]]:
        """The packages that are imported, and those that they are part of."""
        packages: dict[str, dict[str, Any]] = {}
        for module in self.imported:
            if type(module) is str:
                # Named as in the file's facts.
                for name in (module, module.partition(".")[0]):
                    identity, packages[identity] = self._packages[name]
        return packages

    def edges(self) -> list[EdgeRow]:
        """What contains what, and what is imported."""
        edges = self._structure()
        found = ImportEdges()
        tops: dict[str, list[int]] = {}
        for entry, module in zip(self._facts.imports, self.imported, strict=True):
            _, line, _, level, dotted, name, _ = entry
            if type(module) is str:
                found.add("Package", self._packages[dotted][0], line, "external", name)
                top, _ = self._packages[dotted.partition(".")[0]]
                lines = tops.setdefault(top, [])
                if line not in lines:
                    lines.append(line)
            elif type(module) is int and module != self._number and module not in self._undecided:
                found.add("Module", self._names[module].module, line, "relative" if level else "absolute", name)
        own = self._names[self._number].module
        edges.extend(found.rows(own))
        edges.extend(EdgeRow("DEPENDS_ON", "Module", own, "Package", top, {"lines": tops[top]}) for top in tops)
        return edges

    def _structure(self) -> list[EdgeRow]:
        scopes, names = self._facts.scopes, self._names[self._number]
        labels, identities = names.labels, names.identities
        file = f"{self._packages.repository}:{self.unit}"
        edges = [EdgeRow("DEFINES", "File", file, "Module", names.module, {}, False)]
        grouped: dict[tuple[str, str], list[int]] = {}
        for number in range(1, len(scopes)):
            grouped.setdefault((labels[number], identities[number]), []).append(number)
        for (label, identity), numbers in grouped.items():
            main = scopes[numbers[0]] if len(numbers) == 1 else main_definition([scopes[n] for n in numbers])
            parent = main.parent
            kind = "CONTAINS" if scopes[parent].kind == ScopeKind.CLASS else "DEFINES"
            edges.append(EdgeRow(kind, labels[parent], identities[parent], label, identity))
        return edges

    def _place(self, module: ImportedModule | None) -> Any:
        if module is None or isinstance(module, int):
            return None if module is None else self._program.index.paths[module]
        # The name of an external package is part of the facts.
        return [str(module)] if isinstance(module, Namespace) else True
