"""The nodes of one file; they need nothing but its facts."""

from __future__ import annotations

from typing import Any

from codestory.graph.rows import NodeRow
from plugins.syntax.python.ir import FileFacts, Scope, ScopeFlag, ScopeKind

__all__ = ["file_nodes", "label_of", "main_definition"]

_LABELS = ("Module", "Class", "Function", "Function")
_FLAG_NAMES = (
    (ScopeFlag.ASYNC, "is_async"),
    (ScopeFlag.GENERATOR, "is_generator"),
    (ScopeFlag.STATIC, "is_static"),
    (ScopeFlag.CLASS_METHOD, "is_class_method"),
    (ScopeFlag.PROPERTY, "is_property"),
    (ScopeFlag.ABSTRACT, "is_abstract"),
    (ScopeFlag.DATA_CLASS, "is_data_class"),
)


def file_nodes(facts: FileFacts, repository: str, path: str, module: str) -> list[NodeRow]:
    """The module, known as ``module``, and what it defines."""
    scopes = facts.scopes
    prefix = f"{repository}:{path}#"
    name = module.rpartition(".")[2]
    properties: dict[str, Any] = {
        "repository": repository,
        "path": path,
        "name": name,
        "qualified_name": module,
        "language": "python",
        "start_line": 1,
        "end_line": scopes[0].end_line,
        "visibility": _visibility(name),
    }
    if scopes[0].doc:
        properties["docstring"] = scopes[0].doc
    if facts.problems:
        properties["problems"] = facts.problems
    nodes = [NodeRow("Module", prefix, properties)]
    grouped: dict[tuple[str, str], list[Scope]] = {}
    for scope in scopes[1:]:
        grouped.setdefault((label_of(scope), scope.qualified), []).append(scope)
    for (label, qualified), definitions in grouped.items():
        own = {"repository": repository, "path": path, "qualified_name": f"{module}.{qualified}"}
        nodes.append(NodeRow(label, prefix + qualified, own | _properties(definitions)))
    return nodes


def _properties(definitions: list[Scope]) -> dict[str, Any]:
    """One node for all definitions of a name: alternatives, overloads, getter and setter of a property."""
    scope = main_definition(definitions)
    properties: dict[str, Any] = {
        "name": scope.name,
        "language": "python",
        "start_line": scope.line,
        "end_line": scope.end_line,
        "visibility": _visibility(scope.name),
    }
    if scope.signature:
        properties["signature"] = scope.signature
    if scope.doc:
        properties["docstring"] = scope.doc
    if scope.decorators:
        properties["decorators"] = scope.decorators
    flags = scope.flags
    if flags:
        for flag, name in _FLAG_NAMES:
            if flags & flag:
                properties[name] = True
    if scope.base_texts:
        properties["bases"] = scope.base_texts
    if len(definitions) > 1:
        properties["definitions"] = len(definitions)
        properties["other_lines"] = [
            line for other in definitions if other is not scope for line in (other.line, other.end_line)
        ]
    return properties


def main_definition(definitions: list[Scope]) -> Scope:
    """The last one, but of a property its getter."""
    scope = definitions[-1]
    for candidate in definitions:
        if candidate.flags & ScopeFlag.PROPERTY and not candidate.flags & ScopeFlag.SETTER:
            scope = candidate
    return scope


def label_of(scope: Scope) -> str:
    if scope.kind == ScopeKind.FUNCTION and scope.flags & ScopeFlag.METHOD:
        return "Method"
    return _LABELS[scope.kind]


def _visibility(name: str) -> str:
    if not name.startswith("_") or (name.startswith("__") and name.endswith("__")):
        return "public"
    return "private" if name.startswith("__") else "protected"
