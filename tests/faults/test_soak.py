"""The quick form of the soak: real ingests while processes die, the disk fills up and connections break."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.soak.repositories import generated
from benchmarks.soak.run import Result, disturb
from benchmarks.soak.service import Supervised
from benchmarks.soak.surroundings import place
from benchmarks.soak.workload import references


def check(result: Result) -> None:
    story = f"seed {result.seed}, {result.mode} {result.note}: {'; '.join(result.journal)}"
    assert not result.score.violations, "\n".join([story, *result.score.violations, result.log])
    assert result.score.accepted == sum(result.score.ended.values()) >= 1, story
    assert result.score.digests_equal == result.score.digests_compared >= 1, story


@pytest.mark.slow
def test_jobs_end_as_if_nothing_had_happened_although_processes_die_and_the_disk_is_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subjects = [generated("one", tmp_path, modules=12, revisions=2)]
    with place("disk", tmp_path / "place") as here, Supervised(here.home, here.environment) as service:
        if here.note:
            with capsys.disabled():
                print(f"\n{here.note}")
        expected = references(service, subjects)
        result = disturb(here, service, subjects, expected, seed="quick-1", kills=5, seconds=90, pause=(0.3, 2.0))
    assert result.kills >= 3, result.journal
    check(result)


@pytest.mark.slow
def test_jobs_end_as_if_nothing_had_happened_although_connections_to_the_graph_break(tmp_path: Path) -> None:
    subjects = [generated("one", tmp_path, modules=12, revisions=2)]
    with (
        place("proxied", tmp_path / "place", neo4j=False) as here,
        Supervised(here.home, here.environment) as service,
    ):
        expected = references(service, subjects)
        result = disturb(
            here, service, subjects, expected, seed="quick-2", kills=2, seconds=10, least=3, pause=(0.1, 0.8)
        )
    assert sum(result.faults.values()) >= 3, result.journal
    check(result)
