from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.requests import IngestionRequest, Priority, parse_request

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def request(**more: Any) -> IngestionRequest:
    return parse_request(IngestionRequest, {"source_type": "local_path", "source": "/x", **more})


@pytest.mark.parametrize("body", [None, [], "text", 3, True])
def test_a_body_that_is_not_an_object_is_refused(body: object) -> None:
    with pytest.raises(RequestError, match="must be a JSON object"):
        parse_request(IngestionRequest, body)


def test_every_problem_is_listed_with_its_value() -> None:
    with pytest.raises(RequestError) as caught:
        parse_request(IngestionRequest, {"source_type": "ftp", "source": "", "priorty": "high", "countdown": -1})
    problems = "\n".join(caught.value.details["problems"])
    for part in ("source_type", "'ftp'", "source:", "priorty", "countdown", "known keys:"):
        assert part in problems


@pytest.mark.parametrize(
    ("kind", "source", "fits"),
    [
        ("git_url", "https://host/x.git", True),
        ("git_url", "ssh://git@host/x", True),
        ("git_url", "/local/path", False),
        ("git_url", "--upload-pack=x", False),
        ("github_repo", "owner/repo", True),
        ("github_repo", "owner", False),
        ("github_repo", "owner/repo/../..", False),
        ("github_url", "https://github.com/a/b", True),
        ("github_url", "https://example.com/a/b", False),
    ],
)
def test_the_source_must_fit_its_type(kind: str, source: str, fits: bool) -> None:
    body = {"source_type": kind, "source": source}
    if fits:
        assert parse_request(IngestionRequest, body).source == source
    else:
        with pytest.raises(RequestError):
            parse_request(IngestionRequest, body)


def test_a_branch_has_no_meaning_for_a_folder() -> None:
    with pytest.raises(RequestError) as caught:
        request(branch="main")
    assert "branch has no meaning" in str(caught.value.details)


@pytest.mark.parametrize("name", ["", "  ", "a:b", "a#b", "a\nb", "@x"])
def test_a_repository_name_cannot_break_node_ids(name: str) -> None:
    with pytest.raises(RequestError):
        request(repository=name)


def test_eta_wins_over_countdown_and_is_read_as_utc() -> None:
    given = request(eta="2026-01-01T02:00:00+01:00", countdown=5)
    assert given.start_time(NOW - timedelta(hours=1)) == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert request(eta="2026-01-02T00:00:00").start_time(NOW) == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_unix_timestamp_is_an_eta() -> None:
    assert request(eta=1_800_000_000).eta == datetime.fromtimestamp(1_800_000_000, UTC)


def test_a_start_in_the_past_means_at_once() -> None:
    assert request(eta="2020-01-01T00:00:00Z").start_time(NOW) is None
    assert request(countdown=0).start_time(NOW) is None


def test_a_start_in_years_is_refused() -> None:
    for given in (request(countdown=1e12), request(eta="2036-01-01T00:00:00Z")):
        with pytest.raises(RequestError, match="more than a year"):
            given.start_time(NOW)


def test_priorities_are_ordered() -> None:
    assert sorted(Priority, key=lambda p: p.rank) == [Priority.HIGH, Priority.DEFAULT, Priority.LOW]
