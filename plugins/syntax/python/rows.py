"""From a solved program to the nodes and relationships of each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codestory.graph.rows import EdgeRow, UnitRows
from plugins.syntax.analyzer import Resolution
from plugins.syntax.python.certain import CertainRows, ImportEdges, Names, Packages
from plugins.syntax.python.ir import CallFlag, ImportKind, integers
from plugins.syntax.python.modules import Namespace
from plugins.syntax.python.objects import Kind, Site
from plugins.syntax.python.program import Program

__all__ = ["RowBuilder"]

type _Table = dict[tuple[int, int], list[Any]]
"""Scope and called value to confidence, how it was found, lines and count."""

_CONFIDENCE = {
    "direct": 1.0,
    "import": 1.0,
    "builtin": 1.0,
    "external": 1.0,
    "constructor": 1.0,
    "decorator": 0.9,
    "self_attribute": 1.0,
    "attribute": 0.95,
    "mro": 0.95,
    "special_method": 0.95,
    "property": 0.95,
    "descriptor": 0.9,
    "operator": 0.9,
    "iteration": 0.9,
    "context_manager": 0.95,
    "callback": 0.9,
    "points_to": 0.9,
    "annotation": 0.7,
}


class RowBuilder:
    """Makes the rows of files of one program, which has to be solved for all but those that are certain."""

    def __init__(self, program: Program, repository: str) -> None:
        self.program = program
        self.names = [
            Names(repository, path, file.scopes)
            for path, file in zip(program.index.paths, program.solver.files, strict=True)
        ]
        self._packages = Packages(repository)
        self.certain = [
            CertainRows(program, number, self.names, self._packages) for number in range(len(program.solver.files))
        ]
        """What is known of each file before the program is solved."""
        self._targets: dict[int, tuple[str, str, dict[str, Any] | None]] = {}

    def resolutions(self, *, complete: bool = True) -> Iterator[Resolution]:
        """The rows of every file; if not ``complete``, without those that are certain."""
        for number, certain in enumerate(self.certain):
            rows = _FileRows(self, number, certain)
            unresolved = rows.build()
            if complete:
                rows.edges += certain.edges()
                rows.packages |= certain.packages()
            found = UnitRows(certain.nodes() if complete else [], rows.edges)
            yield Resolution(certain.unit, found, unresolved, rows.packages)

    def target(self, number: int) -> tuple[str, str, dict[str, Any] | None]:
        """Label and identity of a definition of the repository, or of an external name together with its properties."""
        known = self._targets.get(number)
        if known is None:
            value = self.program.objects[number]
            if value.kind == Kind.CLASS or value.kind == Kind.FUNCTION:
                names = self.names[value.file]
                known = (names.labels[value.index], names.identities[value.index], None)
            else:
                known = ("Package", *self._packages[value.name])
            self._targets[number] = known
        return known


class _FileRows:
    """What solving found in one file."""

    def __init__(self, builder: RowBuilder, number: int, certain: CertainRows) -> None:
        self.builder = builder
        self.program = builder.program
        self.number = number
        self.certain = certain
        self.facts = self.program.solver.files[number]
        self.labels = builder.names[number].labels
        self.identities = builder.names[number].identities
        self.edges: list[EdgeRow] = []
        self.packages: dict[str, dict[str, Any]] = {}

    def build(self) -> int:
        """Fill ``edges`` and ``packages``; returns the number of unresolved calls."""
        self._imports()
        self._inheritance()
        unresolved = self._calls()
        self._references()
        return unresolved

    # Imports and inheritance -------------------------------------------------------------------------------------

    def _imports(self) -> None:
        names, number = self.builder.names, self.number
        submodules, undecided = self.certain.submodules, self.certain.undecided
        found = ImportEdges()
        for position, (entry, module) in enumerate(zip(self.facts.imports, self.certain.imported, strict=True)):
            if module is None or type(module) is str:
                continue
            kind, line, _, level, _, name, variable = entry
            target = module
            submodule = submodules.get(position)
            if submodule is not None and self._is_module(variable, submodule):
                target = submodule
            if type(target) is int and target != number and target in undecided:
                how = "relative" if level else "absolute"
                found.add("Module", names[target].module, line, how, name if target == module else "")
            if kind == ImportKind.NAME and target == module:
                self._imported_symbol(found, variable, line)
        self.edges.extend(found.rows(names[number].module))

    def _is_module(self, variable: int, module: int | Namespace) -> bool:
        """Whether an imported name is the submodule and not something else of that name in the package."""
        solver = self.program.solver
        return solver.module(module) in solver.held(solver.bases[self.number] + variable)

    def _imported_symbol(self, found: ImportEdges, variable: int, line: int) -> None:
        objects, solver = self.program.objects, self.program.solver
        targets = [
            number
            for number in solver.held(solver.bases[self.number] + variable)
            if objects[number].kind in (Kind.CLASS, Kind.FUNCTION)
        ]
        if len(targets) == 1:
            label, identity, _ = self.builder.target(targets[0])
            found.add(label, identity, line, "import")

    def _inheritance(self) -> None:
        program = self.program
        seen: set[tuple[str, str]] = set()
        for number in program.solver.definitions[self.number]:
            cls = program.objects[number]
            if cls.kind != Kind.CLASS:
                continue
            for position, base in enumerate(cls.bases):
                if base < 0:
                    continue
                value = program.objects[base]
                if value.kind == Kind.CLASS:
                    how = "direct" if value.file == self.number else "import"
                else:
                    how = _external_how(value.name)
                label, identity, package = self.builder.target(base)
                if package is not None:
                    self.packages[identity] = package
                source = self.identities[cls.index]
                if (source, identity) in seen or source == identity:
                    continue
                seen.add((source, identity))
                certain = position < len(cls.scope.bases)
                properties = {"confidence": 1.0 if certain else 0.5, "position": position, "resolution": how}
                self.edges.append(EdgeRow("INHERITS_FROM", "Class", source, label, identity, properties))

    # Calls -------------------------------------------------------------------------------------------------------

    def _calls(self) -> int:
        solver = self.program.solver
        sites = solver.sites[self.number]
        implicit = solver.implicit[self.number]
        calls: _Table = {}
        instances: _Table = {}
        resolved = self._sites(sites, calls, instances)
        self._sites((implicit[key] for key in sorted(implicit)), calls, instances)
        self._call_edges("CALLS", calls)
        self._call_edges("INSTANTIATES", instances)
        total = len(solver.call_starts[self.number])
        raised = self._plain_raises(sites)
        return total - resolved - raised

    def _plain_raises(self, sites: list[Site | None]) -> int:
        """``raise error`` where the variable holds no class: nothing is called there."""
        solver = self.program.solver
        data = solver.calls[self.number]
        count = 0
        for call, start in enumerate(solver.call_starts[self.number]):
            if data[start + 3] & CallFlag.RAISE:
                site = sites[call]
                count += site is None or not site.targets
        return count

    def _sites(self, sites: Iterable[Site | None], calls: _Table, instances: _Table) -> int:
        """Sort what is called there into the tables; returns how many of the sites call anything."""
        objects, class_kind = self.program.objects, Kind.CLASS
        resolved = 0
        for site in sites:
            if site is None:
                continue
            targets = site.targets
            if not targets:
                continue
            resolved += 1
            count = len(targets)
            constructed = 0
            if count > 1:
                constructed = sum(1 for number, _ in targets if objects[number].kind == class_kind)
                count = max(1, count - constructed)
            scope, line = site.scope, site.line
            for number, how in targets:
                if objects[number].kind == class_kind:
                    among, table = constructed, instances
                else:
                    among, table = count, calls
                confidence = _CONFIDENCE[how]
                if among > 1:
                    confidence = round(confidence * (0.4 + 0.6 / among), 3)
                entry = table.get((scope, number))
                if entry is None:
                    table[scope, number] = [confidence, how, [line], 1]
                    continue
                entry[3] += 1
                lines = entry[2]
                if lines[-1] != line and line not in lines:
                    lines.append(line)
                if confidence > entry[0]:
                    entry[0], entry[1] = confidence, how
        return resolved

    def _call_edges(self, kind: str, table: _Table) -> None:
        labels, identities, target = self.labels, self.identities, self.builder.target
        packages = self.packages
        merged: dict[tuple[str, str], EdgeRow] = {}
        for (scope, number), (confidence, how, lines, count) in table.items():
            label, identity, package = target(number)
            if package is not None:
                packages[identity] = package
            source = identities[scope]
            if len(lines) > 1:
                lines.sort()
            known = merged.get((source, identity))
            if known is None:
                # In the order of names, in which properties are stored.
                properties = {"confidence": confidence, "count": count, "lines": lines, "resolution": how}
                merged[source, identity] = EdgeRow(kind, labels[scope], source, label, identity, properties)
                continue
            # Several definitions of one name are one node.
            properties = known.properties
            properties["lines"] = sorted({*properties["lines"], *lines})
            properties["count"] += count
            if confidence > properties["confidence"]:
                properties["confidence"], properties["resolution"] = confidence, how
        self.edges.extend(merged.values())

    def _references(self) -> None:
        solver, objects, target = self.program.solver, self.program.objects, self.builder.target
        values, base = solver.values, solver.bases[self.number]
        found: dict[tuple[str, str], list[int]] = {}
        ends: dict[tuple[str, str], tuple[str, str, str]] = {}
        data = iter(integers(self.facts.references))
        for variable, scope, line in zip(data, data, data, strict=True):
            number = values[base + variable]
            if type(number) is not int:
                # Nothing is known, or it may be several things.
                continue
            kind = objects[number].kind
            if kind != Kind.CLASS and kind != Kind.FUNCTION:
                continue
            label, identity, _ = target(number)
            source = self.identities[scope]
            if source == identity:
                continue
            key = (source, identity)
            ends[key] = (self.labels[scope], label, "name")
            lines = found.get(key)
            if lines is None:
                found[key] = [line]
            elif line not in lines:
                lines.append(line)
        for scope, line, number in self.program.requested.get(self.number, ()):
            label, identity, _ = target(number)
            key = (self.identities[scope], identity)
            if key not in found:
                found[key] = [line]
                ends[key] = (self.labels[scope], label, "fixture")
        for (source, identity), lines in found.items():
            source_label, label, how = ends[source, identity]
            lines.sort()
            properties = {"confidence": 1.0, "lines": lines, "resolution": how}
            self.edges.append(EdgeRow("REFERENCES", source_label, source, label, identity, properties))


def _external_how(name: str) -> str:
    return "builtin" if name.startswith("builtins.") else "external"
