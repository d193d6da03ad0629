"""Maps Blarify's graph to the schema: labels, names, and relationships that say where they come from."""

from __future__ import annotations

import ast
import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows

__all__ = ["LANGUAGES", "BlarifyGraph", "map_graph", "read_graph"]

LANGUAGES = {
    ".py": "python", ".js": "javascript", ".jsx": "javascript", ".ts": "typescript", ".tsx": "typescript",
    ".rb": "ruby", ".cs": "csharp", ".go": "go", ".php": "php", ".java": "java",
}  # fmt: skip
"""The languages that Blarify reads, by suffix."""

_DEFINITIONS = frozenset({"FUNCTION_DEFINITION", "CLASS_DEFINITION"})
_REFERENCES = {
    # How sure each kind is was measured on requests, flask and django: every reference inside of a call expression
    # counts as a call, so one in ten to four is none.
    "CALLS": ("CALLS", 0.8),
    "INSTANTIATES": ("INSTANTIATES", 0.8),
    "IMPORTS": ("IMPORTS", 0.9),
    "INHERITS": ("INHERITS_FROM", 0.9),
    "TYPES": ("REFERENCES", 0.8),
    "USES": ("REFERENCES", 0.7),
    "ASSIGNS": ("REFERENCES", 0.7),
}


@dataclass
class BlarifyGraph:
    """The lines of the runner. ``nodes`` are attributes by id, ``edges`` are (type, source, target, attributes)."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    edges: list[tuple[str, str, str, dict[str, Any]]] = field(
        default_factory=list[tuple[str, str, str, dict[str, Any]]]
    )
    summary: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def references(self) -> int:
        """How many relationships come from resolved references."""
        return sum(1 for type, _, _, _ in self.edges if type in _REFERENCES)

    @property
    def definitions(self) -> int:
        """How many classes and functions there are."""
        return sum(1 for node in self.nodes.values() if node.get("type") in ("CLASS", "FUNCTION", "METHOD"))


def read_graph(lines: Iterable[str]) -> BlarifyGraph:
    """Read the runner's output; raises ``StepFailedError`` if it was cut off or is something else."""
    graph = BlarifyGraph()
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            if "node" in row:
                graph.nodes[str(row["node"]["node_id"])] = row["node"]
            elif "edge" in row:
                edge = row["edge"]
                graph.edges.append((str(edge["type"]), str(edge["sourceId"]), str(edge["targetId"]), edge))
            elif "end" in row:
                graph.summary = dict(row["end"])
        except (ValueError, KeyError, TypeError) as error:
            raise StepFailedError(
                f"Line {number} of Blarify's graph cannot be read ({error!r}): {line[:120]!r}"
            ) from error
    if not graph.summary:
        raise StepFailedError(f"Blarify's graph was cut off after {len(graph.nodes)} nodes.")
    return graph


@dataclass(frozen=True)
class _Placed:
    """A node of ours: label, path, name inside its file."""

    label: str
    path: str
    name: str

    def key(self, repository: str) -> tuple[str, str]:
        return self.label, f"{repository}:{self.path}#{self.name}"


def map_graph(
    graph: BlarifyGraph, repository: str, root: str, sources: Mapping[str, bytes]
) -> tuple[dict[str, UnitRows], Counter[str]]:
    """The rows of each source file, and counts (``duplicates``, ``orphans``, ``outside``).

    ``root`` is the folder that Blarify saw; ``sources`` are its files, for their docstrings. Nodes and relationships
    that Blarify lists several times are there once.
    """
    counts: Counter[str] = Counter()
    mode = str(graph.summary.get("mode", ""))
    parents: dict[str, str] = {}
    for type, source, target, _ in graph.edges:
        if type in _DEFINITIONS and source != target and parents.setdefault(target, source) != source:
            counts["duplicates"] += 1
    placed: dict[str, _Placed] = {}
    for ident, node in graph.nodes.items():
        found = _place(ident, graph.nodes, parents, root)
        if found is None:
            counts["orphans"] += node.get("type") not in ("FOLDER", "FILE")
        elif found.path not in sources:
            counts["outside"] += 1
        else:
            placed[ident] = found
    nodes: dict[str, dict[tuple[str, str], NodeRow]] = {}
    docstrings: dict[str, dict[str, str]] = {}
    for ident, one in placed.items():
        if one.path not in docstrings:
            docstrings[one.path] = _docstrings(one.path, sources[one.path])
        key = one.key(repository)
        rows = nodes.setdefault(one.path, {})
        if key in rows:
            counts["duplicates"] += 1
            continue
        rows[key] = NodeRow(*key, _properties(one, graph.nodes[ident], docstrings[one.path].get(one.name)))
    edges: dict[str, dict[tuple[str, ...], EdgeRow]] = {path: {} for path in nodes}
    for path, rows in nodes.items():
        module = ("Module", f"{repository}:{path}#")
        if module in rows:
            edges[path]["file",] = EdgeRow(
                "DEFINES", "File", f"{repository}:{path}", *module, {}, target_required=False
            )
    for ident, one in placed.items():
        owner = placed.get(parents.get(ident, ""))
        if owner is not None:
            type = "CONTAINS" if owner.label == "Class" and one.label in ("Class", "Method") else "DEFINES"
            _add(edges, EdgeRow(type, *owner.key(repository), *one.key(repository)), owner.path)
    for type, source, target, attributes in graph.edges:
        if type not in _REFERENCES:
            continue
        start, end = placed.get(source), placed.get(target)
        if start is None or end is None:
            counts["outside"] += 1
            continue
        name, confidence = _REFERENCES[type]
        name = _fitting(name, end)
        if name == "IMPORTS":
            start = _Placed("Module", start.path, "")
            if start.key(repository) not in nodes.get(start.path, {}) or start.path == end.path:
                continue
        properties: dict[str, Any] = {"confidence": confidence, "resolution": "blarify", "resolver": mode}
        if isinstance(attributes.get("startLine"), int):
            properties["line"] = attributes["startLine"] + 1
        counts["duplicates"] += not _add(
            edges, EdgeRow(name, *start.key(repository), *end.key(repository), properties), start.path
        )
    units = {path: UnitRows(list(rows.values()), list(edges[path].values())) for path, rows in nodes.items()}
    return units, counts


def _fitting(type: str, target: _Placed) -> str:
    """Only classes are instantiated, only functions are called."""
    if type in ("CALLS", "INSTANTIATES"):
        if target.label == "Class":
            return "INSTANTIATES"
        return "CALLS" if target.label in ("Function", "Method") else "REFERENCES"
    if type == "INHERITS_FROM" and target.label != "Class":
        return "REFERENCES"
    return type


def _add(edges: dict[str, dict[tuple[str, ...], EdgeRow]], edge: EdgeRow, path: str) -> bool:
    rows = edges.setdefault(path, {})
    key = (edge.type, edge.source_label, edge.source, edge.target_label, edge.target)
    if key in rows:
        return False
    rows[key] = edge
    return True


def _place(ident: str, nodes: Mapping[str, Mapping[str, Any]], parents: Mapping[str, str], root: str) -> _Placed | None:
    """Where a node belongs; ``None`` for folders, other files, and nodes that hang on no file."""
    names: list[str] = []
    chain: list[str] = []
    current = ident
    while current not in chain and (node := nodes.get(current)) is not None:
        kind = node.get("type")
        if kind == "FILE":
            path = _relative(str(node.get("path", "")), root)
            if path is None or posixpath.splitext(path)[1] not in LANGUAGES:
                return None
            return _Placed(_label(chain, nodes), path, ".".join(reversed(names)))
        name = str(node.get("name") or "")
        if kind not in ("CLASS", "FUNCTION", "METHOD") or not name:
            return None
        names.append(name)
        chain.append(current)
        current = parents.get(current, "")
    return None


def _label(chain: list[str], nodes: Mapping[str, Mapping[str, Any]]) -> str:
    if not chain:
        return "Module"
    if nodes[chain[0]].get("type") == "CLASS":
        return "Class"
    in_class = len(chain) > 1 and nodes[chain[1]].get("type") == "CLASS"
    return "Method" if in_class else "Function"


def _relative(uri: str, root: str) -> str | None:
    path = unquote(urlsplit(uri).path) if uri.startswith("file:") else uri
    relative = posixpath.relpath(path, root) if path.startswith("/") else path
    return None if relative.startswith("..") or relative == "." else relative


def _properties(one: _Placed, node: Mapping[str, Any], docstring: str | None) -> dict[str, Any]:
    name = one.name.rpartition(".")[2] or posixpath.splitext(posixpath.basename(one.path))[0]
    properties: dict[str, Any] = {
        "path": one.path,
        "name": name,
        "qualified_name": one.name or None,
        "language": LANGUAGES[posixpath.splitext(one.path)[1]],
        "docstring": docstring or None,
    }
    start, end = node.get("start_line"), node.get("end_line")
    if one.label != "Module" and isinstance(start, int) and isinstance(end, int):
        # Blarify counts lines from 0.
        properties |= {"start_line": start + 1, "end_line": end + 1}
    return properties


def _docstrings(path: str, source: bytes) -> dict[str, str]:
    """Docstrings of a Python file by qualified name; Blarify itself keeps none."""
    if not path.endswith(".py"):
        return {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, str] = {}

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                if text := ast.get_docstring(child):
                    found.setdefault(prefix + child.name, text)
                inner = f"{prefix}{child.name}."
            if isinstance(child, ast.stmt):
                walk(child, inner)

    if text := ast.get_docstring(tree):
        found[""] = text
    try:
        walk(tree, "")
    except RecursionError:
        return found
    return found
