"""Small projects with the graph they must give, and how well a language does on them.

Every folder ``golden/<language>/<case>`` holds sources and ``expected.txt``: one line for a node (label, id, kind),
one for a relationship (type, source ``->`` target, how it was found), and ``unresolved <path> <count>`` where calls
cannot be resolved. What is not listed must not be found.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from codestory.graph.rows import EdgeRow
from plugins.syntax.analyzer import LanguageAnalyzer, Project, Resolution

__all__ = ["CASES", "FAMILY", "Score", "analyze", "analyzer_of", "describe", "expected_lines", "score"]

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(f"{case.parent.name}/{case.name}" for case in GOLDEN.glob("*/*") if case.is_dir())
FAMILY = {"typescript": "javascript"}
"""Languages that share the analyzer of another."""
MANIFESTS = ("go.mod", "package.json", "tsconfig.json")
REPOSITORY = "golden"


def analyzer_of(language: str) -> LanguageAnalyzer:
    """The analyzer of a language by its name."""
    module = importlib.import_module(f"plugins.syntax.languages.{FAMILY.get(language, language)}")
    return module.ANALYZER


def analyze(language: str, files: dict[str, bytes], repository: str = REPOSITORY) -> list[Resolution]:
    """The rows of a project given as contents by path."""
    analyzer = analyzer_of(language)
    manifests = {path: content for path, content in files.items() if Path(path).name in MANIFESTS}
    facts = {path: analyzer.extract(path, content) for path, content in files.items() if analyzer.handles(path)}
    return list(analyzer.resolve(Project(repository, set(files), manifests), facts))


def read_case(case: str) -> dict[str, bytes]:
    """The sources of a golden project."""
    root = GOLDEN / case
    paths = [path for path in root.rglob("*") if path.is_file() and path.name != "expected.txt"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def describe(resolutions: Iterable[Resolution]) -> list[str]:
    """The lines that ``expected.txt`` would have."""
    lines: set[str] = set()
    for resolution in resolutions:
        for node in resolution.rows.nodes:
            lines.add(f"{node.label} {_short(node.id)} {node.properties['kind']}")
        lines.update(_edge(edge) for edge in resolution.rows.edges if edge.source_label != "File")
        if resolution.unresolved_calls:
            lines.add(f"unresolved {resolution.unit} {resolution.unresolved_calls}")
    return sorted(lines)


def _short(identifier: str) -> str:
    return identifier.partition(":")[2]


def _edge(edge: EdgeRow) -> str:
    line = f"{edge.type} {_short(edge.source)} -> {_short(edge.target)}"
    if edge.type == "DEPENDS_ON" or "resolution" not in edge.properties:
        return line
    relation = edge.properties.get("relation")
    return f"{line} {edge.properties['resolution']}{f' {relation}' if relation else ''}"


def expected_lines(case: str) -> list[str]:
    """What the project must give."""
    text = (GOLDEN / case / "expected.txt").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True)
class Score:
    """Precision and recall between 0 and 1, and the lines that are to blame."""

    precision: float
    recall: float
    wrong: list[str]
    missing: list[str]


def score(found: Iterable[str], expected: Iterable[str]) -> Score:
    """Compare two sets of lines."""
    have, want = set(found), set(expected)
    right = len(have & want)
    return Score(
        right / len(have) if have else 1.0,
        right / len(want) if want else 1.0,
        sorted(have - want),
        sorted(want - have),
    )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print("\n".join(describe(analyze(name.partition("/")[0], read_case(name)))))
