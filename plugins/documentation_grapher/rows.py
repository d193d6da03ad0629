"""Turns documents and docstrings with resolved references into the nodes and relationships of one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from plugins.documentation_grapher.docstrings import Docstring
from plugins.documentation_grapher.facts import DocumentFacts, Reference
from plugins.documentation_grapher.resolve import Failure, Link, Resolver
from plugins.documentation_grapher.symbols import Symbol

__all__ = ["docstring_rows", "document_rows"]

MAX_BROKEN = 50


class _Edges:
    """Collects relationships; several references from one place to one target become one with a count."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str, str, str], dict[str, Any]] = {}

    def add(
        self, type: str, source: tuple[str, str], target: tuple[str, str], defining: bool = False, **properties: Any
    ) -> None:
        """Of several ways that led to the same relationship the surest is kept, and of these a defining one."""
        key = (type, *source, *target)
        row = self._rows.setdefault(key, properties)
        if row is not properties:
            row["count"] = row.get("count", 1) + 1
            if (properties["confidence"], defining) > (row["confidence"], False):
                row["confidence"], row["resolution"] = properties["confidence"], properties["resolution"]

    def rows(self, own: frozenset[str]) -> list[EdgeRow]:
        """All relationships; only ends of the labels ``own`` with an id of this unit are known to exist."""
        return [
            EdgeRow(type, source_label, source, target_label, target, properties, target in own and source in own)
            for (type, source_label, source, target_label, target), properties in self._rows.items()
        ]


def document_rows(resolver: Resolver, path: str, kind: str, facts: DocumentFacts) -> tuple[UnitRows, Counter[str]]:
    """The Documentation node of a file, its Section tree, and where both lead; with counts of what became of
    the references (``resolved``, ``ambiguous``, ``unresolved``, ``broken``, ``external``)."""
    repository = resolver.repository
    document = ("Documentation", f"{repository}:{path}#")
    sections = [("Section", f"{repository}:{path}#{section.anchor}") for section in facts.sections]
    edges = _Edges()
    edges_to_self: list[EdgeRow] = [
        EdgeRow("DEFINES", "File", f"{repository}:{path}", *document, {}, target_required=False)
    ]
    for section, own in zip(facts.sections, sections, strict=True):
        parent = sections[section.parent] if section.parent >= 0 else document
        edges_to_self.append(EdgeRow("CONTAINS", *parent, *own))
    counts, broken = _link(
        resolver,
        path,
        facts.references,
        [document, *sections],
        edges,
    )
    counts["external"] += facts.external_links
    properties: dict[str, Any] = {
        "path": path,
        "name": path.rpartition("/")[2],
        "title": facts.title or path.rpartition("/")[2],
        "kind": kind,
        "format": facts.format,
        "excerpt": facts.excerpt,
        "lines": facts.lines,
        "sections": len(sections),
        "external_links": facts.external_links,
        "ambiguous_references": counts["ambiguous"],
        "unresolved_references": counts["unresolved"],
        "broken_links": broken[:MAX_BROKEN] or None,
    }
    nodes = [NodeRow(*document, properties)]
    nodes.extend(
        NodeRow(
            *own,
            {
                "path": path,
                "name": section.title,
                "title": section.title,
                "level": section.level,
                "anchor": section.anchor,
                "start_line": section.line,
                "end_line": section.end_line,
                "order": number,
                "excerpt": section.excerpt,
            },
        )
        for number, (section, own) in enumerate(zip(facts.sections, sections, strict=True))
    )
    own_ids = frozenset(node.id for node in nodes)
    return UnitRows(nodes, edges_to_self + edges.rows(own_ids)), counts


def docstring_rows(
    resolver: Resolver, path: str, docstrings: Iterable[tuple[Symbol, Docstring]]
) -> tuple[UnitRows, Counter[str]]:
    """One Documentation node for each documented symbol of a source file. No line numbers: a docstring that only
    moved is the same documentation."""
    nodes: list[NodeRow] = []
    edges = _Edges()
    total: Counter[str] = Counter()
    for symbol, docstring in docstrings:
        own = ("Documentation", f"{symbol.id}@docstring")
        owner = (symbol.label, symbol.id)
        counts, broken = _link(resolver, path, docstring.facts.references, [own], edges, owner)
        counts["external"] += docstring.facts.external_links
        total += counts
        nodes.append(
            NodeRow(
                *own,
                {
                    "path": path,
                    "name": symbol.name.rpartition(".")[2] or path.rpartition("/")[2],
                    "title": docstring.summary,
                    "kind": "docstring",
                    "format": "docstring",
                    "excerpt": docstring.excerpt,
                    "lines": docstring.lines,
                    "parts": docstring.parts or None,
                    "external_links": docstring.facts.external_links,
                    "ambiguous_references": counts["ambiguous"],
                    "unresolved_references": counts["unresolved"],
                    "broken_links": broken[:MAX_BROKEN] or None,
                },
            )
        )
        edges.add("DOCUMENTED_BY", owner, own, confidence=1.0, resolution="docstring")
    return UnitRows(nodes, edges.rows(frozenset(node.id for node in nodes))), total


def _link(
    resolver: Resolver,
    path: str,
    references: Sequence[Reference],
    sources: Sequence[tuple[str, str]],
    edges: _Edges,
    subject: tuple[str, str] | None = None,
) -> tuple[Counter[str], list[str]]:
    """Resolve the references, which start at ``sources``: the document, then its sections.

    ``subject`` is the symbol that the text belongs to and need not be linked to. Also returns the broken links.
    """
    counts: Counter[str] = Counter()
    broken: dict[str, None] = {}
    for reference in references:
        outcome = resolver.resolve(reference, path)
        if not isinstance(outcome, Link):
            counts[outcome.value] += 1
            if outcome is Failure.BROKEN:
                broken[reference.text] = None
            continue
        counts["resolved"] += 1
        source = sources[reference.section + 1]
        target = (outcome.target_label, outcome.target_id)
        if target in (source, subject):
            continue
        position: dict[str, Any] = {"line": reference.line} if subject is None else {}
        edges.add(
            outcome.type,
            source,
            target,
            outcome.defining,
            confidence=outcome.confidence,
            resolution=outcome.resolution,
            **position,
        )
        if outcome.defining and subject is None:
            edges.add(
                "DOCUMENTED_BY",
                target,
                source,
                confidence=outcome.confidence,
                resolution=outcome.resolution,
                **position,
            )
    return counts, list(broken)
