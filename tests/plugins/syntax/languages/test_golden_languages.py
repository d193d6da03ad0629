"""Small projects give exactly the graph that a reader of their sources expects."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.plugins.syntax.languages.golden_project import CASES, analyze, describe, expected_lines, read_case, score

CONSTRUCTS = ("CALLS", "CONTAINS", "Class", "DEFINES", "Function", "IMPORTS", "INHERITS_FROM", "INSTANTIATES", "Method")


@pytest.mark.parametrize("case", CASES)
def test_a_project_gives_exactly_the_expected_graph(case: str) -> None:
    found = describe(analyze(case.partition("/")[0], read_case(case)))
    result = score(found, expected_lines(case))
    assert not result.wrong, f"precision {result.precision:.3f}: not expected {result.wrong}"
    assert not result.missing, f"recall {result.recall:.3f}: not found {result.missing}"
    assert (result.precision, result.recall) == (1.0, 1.0)


@pytest.mark.parametrize("language", sorted({case.partition("/")[0] for case in CASES}))
def test_the_projects_of_a_language_exercise_every_promised_construct(language: str) -> None:
    kinds = Counter(
        line.partition(" ")[0] for case in CASES if case.startswith(f"{language}/") for line in expected_lines(case)
    )
    promised = [kind for kind in CONSTRUCTS if not (kind == "Function" and language == "java")]
    assert not [kind for kind in promised if not kinds[kind]]


def test_the_score_counts_wrong_and_missing_lines() -> None:
    result = score(["a", "b", "c", "d"], ["a", "b", "e"])
    assert (result.precision, round(result.recall, 3)) == (0.5, 0.667)
    assert (result.wrong, result.missing) == (["c", "d"], ["e"])


@pytest.mark.parametrize("case", CASES)
def test_the_rows_of_a_project_fit_together(case: str) -> None:
    resolutions = analyze(case.partition("/")[0], read_case(case))
    nodes = Counter((node.label, node.id) for r in resolutions for node in r.rows.nodes)
    assert max(nodes.values()) == 1
    known = set(nodes) | {("Package", identifier) for r in resolutions for identifier in r.packages}
    for resolution in resolutions:
        keys = Counter((edge.type, edge.source, edge.target) for edge in resolution.rows.edges)
        assert max(keys.values()) == 1
        for edge in resolution.rows.edges:
            assert (edge.target_label, edge.target) in known
            if edge.source_label == "File":
                assert (edge.type, edge.target_label, edge.target_required) == ("DEFINES", "Module", False)
            else:
                assert (edge.source_label, edge.source) in known
            if edge.type in ("CALLS", "IMPORTS", "INHERITS_FROM", "INSTANTIATES"):
                assert 0 < edge.properties["confidence"] <= 1
                assert edge.properties["resolution"]
            if edge.type == "CALLS":
                lines = edge.properties["lines"]
                assert lines == sorted(set(lines))
                assert edge.properties["count"] >= len(lines)


@pytest.mark.parametrize("case", CASES)
def test_resolution_does_not_depend_on_the_order_of_files(case: str) -> None:
    files = read_case(case)
    backwards = dict(reversed(files.items()))
    language = case.partition("/")[0]
    assert analyze(language, backwards) == analyze(language, files)


@pytest.mark.parametrize("case", CASES)
def test_the_repository_name_is_only_a_prefix_of_ids(case: str) -> None:
    files = read_case(case)
    language = case.partition("/")[0]
    assert describe(analyze(language, files, "other")) == describe(analyze(language, files))
