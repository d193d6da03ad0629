"""Constructors that the syntax step takes for the ones meant."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.compilers.comparison import Call
from tests.plugins.syntax.languages.golden_project import analyze

__all__ = ["chosen_constructors"]


def chosen_constructors(language: str, sources: Mapping[str, str]) -> set[Call]:
    """The calls of constructors in ``sources``, by path, as the step resolves them."""
    resolutions = analyze(language, {path: text.encode() for path, text in sources.items()})
    nodes = {node.id: node.properties for found in resolutions for node in found.rows.nodes}
    return {
        Call(*((nodes[end]["path"], nodes[end]["start_line"]) for end in (edge.source, edge.target)))
        for found in resolutions
        for edge in found.rows.edges
        if edge.type == "CALLS" and edge.target in nodes and nodes[edge.target]["kind"] == "constructor"
    }
