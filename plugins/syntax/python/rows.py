"""From a solved program to the nodes and relationships of each file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from plugins.syntax.analyzer import Resolution
from plugins.syntax.python.ir import CallFlag, ImportKind, Scope, ScopeKind, integers
from plugins.syntax.python.modules import Namespace, origin
from plugins.syntax.python.nodes import file_nodes, label_of, main_definition
from plugins.syntax.python.objects import Kind, Site, Value
from plugins.syntax.python.program import Program

__all__ = ["RowBuilder"]

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
    """Makes the rows of files of one solved program."""

    def __init__(self, program: Program, repository: str) -> None:
        self.program = program
        self.repository = repository
        self._packages: dict[str, dict[str, Any]] = {}

    def files(self) -> range:
        """The numbers of all files."""
        return range(len(self.program.solver.files))

    def nodes(self) -> Iterator[tuple[str, list[NodeRow]]]:
        """Path and nodes of every file; they are known before the program is solved."""
        for number in self.files():
            rows = _FileRows(self, number)
            yield rows.path, rows.make_nodes()

    def resolutions(self, *, with_nodes: bool = True) -> Iterator[Resolution]:
        """The rows of every file."""
        for number in self.files():
            yield self.resolution(number, with_nodes=with_nodes)

    def resolution(self, number: int, *, with_nodes: bool = True) -> Resolution:
        """The rows of one file."""
        rows = _FileRows(self, number)
        return rows.build(rows.make_nodes() if with_nodes else [])

    def package(self, name: str) -> tuple[str, dict[str, Any]]:
        """Identity and properties of an external package or of something in it."""
        identity = f"{self.repository}:@package/{name}"
        known = self._packages.get(identity)
        if known is None:
            top = name.partition(".")[0]
            known = self._packages[identity] = {
                "name": name,
                "package": top,
                "kind": "package" if name == top else "symbol",
                "origin": origin(top),
                "language": "python",
            }
        return identity, known

    def target(self, value: Value) -> tuple[str, str]:
        """Label and identity of a definition of the repository."""
        path = self.program.index.paths[value.file]
        return label_of(value.scope), f"{self.repository}:{path}#{value.scope.qualified}"


class _FileRows:
    def __init__(self, builder: RowBuilder, number: int) -> None:
        self.builder = builder
        self.program = builder.program
        self.number = number
        self.facts = self.program.solver.files[number]
        self.path = self.program.index.paths[number]
        self.module = self.program.index.names[number]
        self.prefix = f"{builder.repository}:{self.path}#"
        self.edges: list[EdgeRow] = []
        self.packages: dict[str, dict[str, Any]] = {}

    def build(self, nodes: list[NodeRow]) -> Resolution:
        self._structure()
        self._imports()
        self._inheritance()
        unresolved = self._calls()
        self._references()
        return Resolution(
            unit=self.path,
            rows=UnitRows(nodes, self.edges),
            unresolved_calls=unresolved,
            packages=self.packages,
        )

    def _identity(self, scope: Scope) -> str:
        return self.prefix + scope.qualified

    # Definitions -------------------------------------------------------------------------------------------------

    def make_nodes(self) -> list[NodeRow]:
        """The module and what it defines."""
        return file_nodes(self.facts, self.builder.repository, self.path, self.module)

    def _structure(self) -> None:
        """What contains what."""
        scopes = self.facts.scopes
        prefix = self.prefix
        file = f"{self.builder.repository}:{self.path}"
        self.edges.append(EdgeRow("DEFINES", "File", file, "Module", prefix, {}, False))
        grouped: dict[tuple[str, str], list[Scope]] = {}
        for scope in scopes[1:]:
            grouped.setdefault((label_of(scope), scope.qualified), []).append(scope)
        for (label, qualified), definitions in grouped.items():
            parent = scopes[main_definition(definitions).parent]
            kind = "CONTAINS" if parent.kind == ScopeKind.CLASS else "DEFINES"
            self.edges.append(EdgeRow(kind, label_of(parent), prefix + parent.qualified, label, prefix + qualified))

    # Imports and inheritance -------------------------------------------------------------------------------------

    def _imports(self) -> None:
        program = self.program
        found: dict[tuple[str, str], dict[str, Any]] = {}
        tops: dict[str, dict[str, Any]] = {}
        for entry, module in zip(self.facts.imports, program.imported[self.number], strict=True):
            kind, line, _, level, dotted, name, variable = entry
            how = "relative" if level else "absolute"
            if module is None or (isinstance(module, Namespace) and kind != ImportKind.NAME):
                continue
            if isinstance(module, str) and not isinstance(module, Namespace):
                self._external_import(found, tops, dotted, name, line)
                continue
            target: int | Namespace | None = module
            if kind == ImportKind.NAME:
                submodule = program.index.submodule(module, name)
                if submodule is not None and self._is_module(variable, submodule):
                    target = submodule
            if isinstance(target, int) and target != self.number:
                identity = f"{self.builder.repository}:{program.index.paths[target]}#"
                self._import(found, "Module", identity, line, how, name if target == module else "")
            if kind == ImportKind.NAME and target == module:
                self._imported_symbol(found, variable, line)
        for (label, identity), properties in found.items():
            self.edges.append(EdgeRow("IMPORTS", "Module", self.prefix, label, identity, properties))
        for identity, properties in tops.items():
            self.edges.append(EdgeRow("DEPENDS_ON", "Module", self.prefix, "Package", identity, properties))

    def _is_module(self, variable: int, module: int | Namespace) -> bool:
        """Whether an imported name is the submodule and not something else of that name in the package."""
        solver = self.program.solver
        return solver.module(module) in solver.held(solver.bases[self.number] + variable)

    def _import(
        self, found: dict[tuple[str, str], dict[str, Any]], label: str, identity: str, line: int, how: str, name: str
    ) -> None:
        properties = found.get((label, identity))
        if properties is None:
            properties = found[label, identity] = {"confidence": 1.0, "resolution": how, "lines": []}
        if line not in properties["lines"]:
            properties["lines"].append(line)
        if name:
            names = properties.setdefault("names", [])
            if name not in names:
                names.append(name)

    def _external_import(
        self,
        found: dict[tuple[str, str], dict[str, Any]],
        tops: dict[str, dict[str, Any]],
        dotted: str,
        name: str,
        line: int,
    ) -> None:
        identity, properties = self.builder.package(dotted)
        self.packages[identity] = properties
        self._import(found, "Package", identity, line, "external", name)
        top, properties = self.builder.package(dotted.partition(".")[0])
        self.packages[top] = properties
        lines = tops.setdefault(top, {"lines": []})["lines"]
        if line not in lines:
            lines.append(line)

    def _imported_symbol(self, found: dict[tuple[str, str], dict[str, Any]], variable: int, line: int) -> None:
        values = self.program.solver.held(self.program.solver.bases[self.number] + variable)
        targets = [self.program.objects[number] for number in values]
        targets = [value for value in targets if value.kind in (Kind.CLASS, Kind.FUNCTION)]
        if len(targets) == 1:
            label, identity = self.builder.target(targets[0])
            self._import(found, label, identity, line, "import", "")

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
                    label, identity = self.builder.target(value)
                    how = "direct" if value.file == self.number else "import"
                else:
                    identity, properties = self.builder.package(value.name)
                    self.packages[identity] = properties
                    label, how = "Package", _external_how(value.name)
                source = self._identity(cls.scope)
                if (source, identity) in seen or source == identity:
                    continue
                seen.add((source, identity))
                certain = position < len(cls.scope.bases)
                self.edges.append(
                    EdgeRow(
                        "INHERITS_FROM",
                        "Class",
                        source,
                        label,
                        identity,
                        {"confidence": 1.0 if certain else 0.5, "resolution": how, "position": position},
                    )
                )

    # Calls -------------------------------------------------------------------------------------------------------

    def _calls(self) -> int:
        solver = self.program.solver
        calls: dict[tuple[int, int], list[Any]] = {}
        instances: dict[tuple[int, int], list[Any]] = {}
        sites = solver.sites[self.number]
        resolved = 0
        for site in sites:
            if site is not None and site.targets:
                resolved += 1
                self._site(site, calls, instances)
        implicit = solver.implicit[self.number]
        for key in sorted(implicit):
            if implicit[key].targets:
                self._site(implicit[key], calls, instances)
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

    def _site(
        self, site: Site, calls: dict[tuple[int, int], list[Any]], instances: dict[tuple[int, int], list[Any]]
    ) -> None:
        objects = self.program.objects
        targets = site.targets
        count = len(targets)
        constructed = 0
        if count > 1:
            constructed = sum(1 for number, _ in targets if objects[number].kind == Kind.CLASS)
            count = max(1, count - constructed)
        for number, how in targets:
            is_class = objects[number].kind == Kind.CLASS
            among = constructed if is_class else count
            confidence = _CONFIDENCE[how]
            if among > 1:
                confidence = round(confidence * (0.4 + 0.6 / among), 3)
            table = instances if is_class else calls
            entry = table.get((site.scope, number))
            if entry is None:
                table[site.scope, number] = [confidence, how, [site.line], 1]
            else:
                entry[3] += 1
                if site.line not in entry[2]:
                    entry[2].append(site.line)
                if confidence > entry[0]:
                    entry[0], entry[1] = confidence, how

    def _call_edges(self, kind: str, table: dict[tuple[int, int], list[Any]]) -> None:
        objects = self.program.objects
        scopes = self.facts.scopes
        merged: dict[tuple[str, str], EdgeRow] = {}
        for (scope_number, number), (confidence, how, lines, count) in table.items():
            scope = scopes[scope_number]
            value = objects[number]
            if value.kind == Kind.EXTERNAL:
                identity, properties = self.builder.package(value.name)
                self.packages[identity] = properties
                label = "Package"
            else:
                label, identity = self.builder.target(value)
            source = self._identity(scope)
            lines.sort()
            known = merged.get((source, identity))
            if known is not None:
                # Several definitions of one name are one node.
                known.properties["lines"] = sorted({*known.properties["lines"], *lines})
                known.properties["count"] += count
                if confidence > known.properties["confidence"]:
                    known.properties["confidence"], known.properties["resolution"] = confidence, how
                continue
            merged[source, identity] = EdgeRow(
                kind,
                label_of(scope),
                source,
                label,
                identity,
                {"confidence": confidence, "resolution": how, "lines": lines, "count": count},
            )
        self.edges.extend(merged.values())

    def _references(self) -> None:
        solver, objects = self.program.solver, self.program.objects
        found: dict[tuple[str, str], list[int]] = {}
        labels: dict[tuple[str, str], tuple[str, str]] = {}
        base = self.program.solver.bases[self.number]
        data = iter(integers(self.facts.references))
        for variable, scope_number, line in zip(data, data, data, strict=True):
            number = solver.values[base + variable]
            if type(number) is not int:
                # Nothing is known, or it may be several things.
                continue
            value = objects[number]
            if value.kind != Kind.CLASS and value.kind != Kind.FUNCTION:
                continue
            scope = self.facts.scopes[scope_number]
            label, identity = self.builder.target(value)
            source = self._identity(scope)
            if source == identity:
                continue
            lines = found.setdefault((source, identity), [])
            labels[source, identity] = (label_of(scope), label)
            if line not in lines:
                lines.append(line)
        for (source, identity), lines in found.items():
            source_label, label = labels[source, identity]
            lines.sort()
            self.edges.append(
                EdgeRow(
                    "REFERENCES",
                    source_label,
                    source,
                    label,
                    identity,
                    {"confidence": 1.0, "resolution": "name", "lines": lines},
                )
            )


def _external_how(name: str) -> str:
    return "builtin" if name.startswith("builtins.") else "external"
