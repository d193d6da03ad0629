"""The repository as the other steps put it into the graph: its symbols, files and folders and how they relate."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from codestory.exceptions import CodeStoryError
from codestory.graph.packs import PackReader, UnitRecord
from codestory.graph.queries import steps_of
from codestory.graph.rows import UnitRows
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.registry import load_step
from codestory.ingestion_pipeline.step import StepContext

__all__ = ["Item", "Repository", "applied_units", "fingerprint", "load"]

_LABELS = frozenset({"Repository", "Directory", "File", "Module", "Class", "Method", "Function"})
_DOCSTRING_KEPT = 1200

type Units = Mapping[tuple[str, str], UnitRecord]


class Item(msgspec.Struct, gc=False):
    """One node, with what a summary may say about it. ``unit`` is the unit that owns it in its step."""

    id: str
    label: str
    name: str
    qualified_name: str
    path: str
    unit: str
    kind: str = ""
    language: str = ""
    signature: str = ""
    docstring: str = ""
    visibility: str = ""
    start_line: int = 0
    end_line: int = 0

    @property
    def lines(self) -> int:
        """How many lines of source it has."""
        return max(0, self.end_line - self.start_line + 1) if self.start_line else 0


class Repository:
    """Nodes by number, and relationships between numbers; numbers follow the order of the ids.

    ``children`` is containment of any kind (also directory to file, file to module). ``uses`` holds, by relationship
    type, what a node points to, with the number of places; ``external`` the same for names outside the repository.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: (item.id, item.label))
        self.number = {(item.label, item.id): index for index, item in enumerate(self.items)}
        self.children: dict[int, list[int]] = defaultdict(list)
        self.parent: dict[int, int] = {}
        self.uses: dict[str, dict[int, dict[int, int]]] = defaultdict(dict)
        self.used_by: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.external: dict[str, dict[int, dict[str, int]]] = defaultdict(dict)

    def add(self, kind: str, source: tuple[str, str], target: tuple[str, str], times: int) -> None:
        """Take over a relationship; one with an unknown source or a target that is no node is left out."""
        start = self.number.get(source)
        if start is None:
            return
        if target[0] == "Package":
            name = target[1].partition(":@package/")[2]
            if name:
                self.external[kind].setdefault(start, {})[name] = times
            return
        end = self.number.get(target)
        if end is None or end == start:
            return
        if kind in ("CONTAINS", "DEFINES"):
            if end not in self.parent:
                self.parent[end] = start
                self.children[start].append(end)
            return
        known = self.uses[kind].setdefault(start, {})
        if end not in known:
            self.used_by[kind][end].append(start)
        known[end] = known.get(end, 0) + times

    def module_of(self, number: int) -> int:
        """The module that a symbol is defined in; the node itself where there is none."""
        at = number
        while self.items[at].label not in ("Module", "File", "Directory", "Repository") and at in self.parent:
            at = self.parent[at]
        return at if self.items[at].label == "Module" else number

    def sort(self) -> None:
        """Bring all lists into the order of the ids, whatever order the rows came in."""
        for members in self.children.values():
            members.sort()
        for kind in self.used_by.values():
            for sources in kind.values():
                sources.sort()


def applied_units(context: StepContext[Any]) -> dict[tuple[str, str], UnitRecord]:
    """The units that other steps have in the graph, by step and unit; steps without code or folders are left out."""
    units: dict[tuple[str, str], UnitRecord] = {}
    for step in steps_of(context.graph, context.repository):
        if step == context.step or not _may_own_items(step):
            continue
        sync = GraphSync(context.graph, context.blobs, repository=context.repository, step=step, run=context.run)
        units.update(((step, unit), record) for unit, record in sync.applied().units.items())
    return units


def fingerprint(units: Units) -> str:
    """Changes if and only if the rows of some unit change."""
    digest = hashlib.sha256()
    for (step, unit), record in sorted(units.items()):
        digest.update(f"{step}\0{unit}\0{record.rows_digest}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def load(context: StepContext[Any], units: Units) -> Repository:
    """Read the rows of ``units``. Docstrings are cut after the part that summaries use."""
    tags = {f"{step}\0{unit}": record for (step, unit), record in units.items()}
    items: list[Item] = []
    edges: list[tuple[str, tuple[str, str], tuple[str, str], int]] = []
    known: dict[str, str] = {}

    def shared(text: str) -> str:
        return known.setdefault(text, text)

    for tag, rows in PackReader(context.blobs).read(tags.items()):
        context.token.raise_if_cancelled()
        unit = tag.partition("\0")[2]
        items.extend(_items(rows, unit, context.repository))
        edges.extend(
            (
                shared(edge.type),
                (shared(edge.source_label), shared(edge.source)),
                (shared(edge.target_label), shared(edge.target)),
                int(edge.properties.get("count", 1)),
            )
            for edge in rows.edges
            if edge.source_label in _LABELS
        )
    repository = Repository(items)
    for kind, source, target, times in sorted(edges):
        repository.add(kind, source, target, times)
    repository.sort()
    return repository


def _items(rows: UnitRows, unit: str, repository: str) -> Iterator[Item]:
    for node in rows.nodes:
        if node.label not in _LABELS:
            continue
        properties = node.properties
        path = properties.get("path", "")
        if node.label in ("Directory", "File", "Module"):
            # The path inside the repository is in the id; the property may have another meaning for a step.
            path = node.id.removeprefix(f"{repository}:").removesuffix("#")
        name = properties.get("name") or node.id.rpartition("/")[2].rpartition("#")[2]
        yield Item(
            id=node.id,
            label=node.label,
            name=name,
            qualified_name=properties.get("qualified_name") or node.id.rpartition("#")[2] or name,
            path=path,
            unit=unit,
            kind=properties.get("kind", ""),
            language=properties.get("language") or "",
            signature=properties.get("signature") or "",
            docstring=(properties.get("docstring") or "")[:_DOCSTRING_KEPT],
            visibility=properties.get("visibility") or "",
            start_line=properties.get("start_line") or 0,
            end_line=properties.get("end_line") or 0,
        )


def _may_own_items(step: str) -> bool:
    """Whether the step provides labels of interest; one that is not installed any more may."""
    try:
        provides = load_step(step).provides
    except CodeStoryError:
        return True
    return not provides or not _LABELS.isdisjoint(provides)
