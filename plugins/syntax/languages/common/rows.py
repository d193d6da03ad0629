"""Collects the nodes and relationships of one unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows

from .symbols import External, SourceFile, Symbol

__all__ = ["UnitBuilder", "package_id"]

_FLAGS = frozenset({"abstract", "async", "default_export", "exported", "partial", "readonly", "static"})


def package_id(repository: str, name: str) -> str:
    """The id of an external name."""
    return f"{repository}:@package/{name}"


class UnitBuilder:
    """The rows of one file. Repeated relationships between the same two nodes become one, with all lines."""

    def __init__(self, repository: str, file: SourceFile, is_standard: Callable[[str], bool]) -> None:
        self.repository = repository
        self.file = file
        self.nodes: list[NodeRow] = []
        self.edges: list[EdgeRow] = []
        self.packages: dict[str, dict[str, Any]] = {}
        self.unresolved = 0
        self._is_standard = is_standard
        self._found: dict[tuple[str, str, str], tuple[str, str, dict[str, Any]]] = {}

    def module(self) -> None:
        """The node of the file's module and its relationship with the file."""
        facts = self.file.facts
        path = self.file.path
        stem = path.rpartition("/")[2].partition(".")[0]
        properties: dict[str, Any] = {
            "name": stem,
            "qualified_name": f"{facts.package}.{stem}" if facts.package else path.rpartition(".")[0],
            "path": path,
            "kind": "module",
            "language": facts.language,
            "start_line": 1,
            "end_line": max(facts.lines, 1),
        }
        if facts.package:
            properties["package"] = facts.package
        if facts.problems:
            properties["problems"] = facts.problems
        if facts.doc:
            properties["docstring"] = facts.doc
        if "minified" in facts.flags:
            properties["is_minified"] = True
        self.nodes.append(NodeRow("Module", self.file.id, properties))
        file_id = self.file.id.removesuffix("#")
        self.edges.append(EdgeRow("DEFINES", "File", file_id, "Module", self.file.id, {}, False))

    def symbol(self, symbol: Symbol, container: Symbol | None) -> None:
        """The node of a definition, and the relationship with what holds it."""
        definition = symbol.definition
        package = definition.namespace or self.file.facts.package
        qualified_name = definition.qualified_name
        properties: dict[str, Any] = {
            "name": definition.name,
            "qualified_name": f"{package}.{qualified_name}" if package else qualified_name,
            "path": self.file.path,
            "kind": definition.kind,
            "language": self.file.facts.language,
            "start_line": definition.start,
            "end_line": definition.end,
            "signature": definition.signature,
            "visibility": definition.visibility,
        }
        if definition.doc:
            properties["docstring"] = definition.doc
        for flag in definition.flags:
            if flag in _FLAGS:
                properties[f"is_{flag}"] = True
        self.nodes.append(NodeRow(symbol.label, symbol.id, properties))
        if container is None:
            self.edges.append(EdgeRow("DEFINES", "Module", self.file.id, symbol.label, symbol.id))
        else:
            contained = container.label == "Class" and symbol.label != "Function"
            kind = "CONTAINS" if contained else "DEFINES"
            self.edges.append(EdgeRow(kind, container.label, container.id, symbol.label, symbol.id))

    def link(
        self,
        kind: str,
        source: Symbol | None,
        target: Symbol | External | SourceFile,
        confidence: float,
        resolution: str,
        line: int = 0,
        **properties: Any,
    ) -> None:
        """A relationship that was found by resolution; ``source`` ``None`` is the module."""
        source_label, source_id = ("Module", self.file.id) if source is None else (source.label, source.id)
        if isinstance(target, External):
            label, target_id = "Package", self.package(target)
        elif isinstance(target, SourceFile):
            label, target_id = "Module", target.id
        else:
            label, target_id = target.label, target.id
        key = (kind, source_id, target_id)
        known = self._found.get(key)
        if known is None:
            values: dict[str, Any] = {"confidence": confidence, "resolution": resolution, **properties}
            if line:
                values["lines"] = [line]
                values["count"] = 1
            self._found[key] = (source_label, label, values)
            return
        values = known[2]
        if confidence > values["confidence"]:
            values["confidence"], values["resolution"] = confidence, resolution
        if line:
            values["count"] = values.get("count", 0) + 1
            lines = values.setdefault("lines", [])
            if line not in lines[-1:]:
                lines.append(line)

    def package(self, external: External) -> str:
        """The id of an external name, which is remembered with its properties."""
        identifier = package_id(self.repository, external.name)
        if identifier not in self.packages:
            self.packages[identifier] = {
                "name": external.name,
                "package": external.package,
                "kind": "package" if external.name == external.package else "symbol",
                "origin": self._origin(external),
                "language": self.file.facts.language,
            }
        return identifier

    def _origin(self, external: External) -> str:
        """``builtin``, ``standard_library``, ``third_party``, or ``unknown`` if no import tells its package."""
        if external.kind == "builtin":
            return "builtin"
        if not external.package:
            return "unknown"
        return "standard_library" if self._is_standard(external.package) else "third_party"

    def build(self) -> UnitRows:
        """The finished rows."""
        for (kind, source, target), (source_label, target_label, properties) in self._found.items():
            if "lines" in properties:
                properties["lines"] = sorted(set(properties["lines"]))
            self.edges.append(EdgeRow(kind, source_label, source, target_label, target, properties))
        return UnitRows(self.nodes, self.edges)
