from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.config import parse_config
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.requests import IngestionRequest, parse_request
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.ingestion_pipeline.submission import accept, job_id_for, local_paths_allowed, repository_name, retry_spec

pytestmark = pytest.mark.usefixtures("only_test_steps")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DONE, FAILED, SKIPPED = StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED


def request(**more: Any) -> IngestionRequest:
    return parse_request(IngestionRequest, {"source_type": "local_path", "source": "/src/flask", **more})


def accepted(**more: Any) -> JobSpec:
    config = parse_config({"steps": [{"name": "alpha"}, {"name": "beta"}, {"name": "gamma"}]})
    return accept(request(**more), config=config, now=NOW, job_id="j1")


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("local_path", "/src/flask/", "flask"),
        ("archive", "/tmp/flask-3.1.0.tar.gz", "flask-3.1.0"),
        ("git_url", "https://host/team/thing.git", "thing"),
        ("github_repo", "pallets/flask", "flask"),
        ("local_path", "/", "repository"),
        ("local_path", "/a/odd:name#1", "odd-name-1"),
    ],
)
def test_the_name_of_a_repository_comes_from_its_source(kind: str, source: str, expected: str) -> None:
    assert repository_name(parse_request(IngestionRequest, {"source_type": kind, "source": source})) == expected


def test_a_snapshot_needs_a_name() -> None:
    with pytest.raises(RequestError) as caught:
        repository_name(parse_request(IngestionRequest, {"source_type": "snapshot", "source": "0" * 64}))
    assert "repository: required" in caught.value.details["problems"][0]


@pytest.mark.parametrize("url", ["https://user:secret@host/x.git", "https://token@host/x.git"])
def test_credentials_in_a_url_are_refused_before_anything_is_stored(url: str) -> None:
    with pytest.raises(RequestError) as caught:
        accepted(source_type="git_url", source=url)
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.details)


def test_in_azure_paths_of_the_machine_are_off_unless_allowed() -> None:
    assert local_paths_allowed({})
    assert not local_paths_allowed({"WEBSITE_INSTANCE_ID": "x"})
    assert local_paths_allowed({"WEBSITE_INSTANCE_ID": "x", "CODESTORY_ALLOW_LOCAL_PATHS": "true"})
    assert not local_paths_allowed({"CODESTORY_ALLOW_LOCAL_PATHS": "0"})


def test_dependencies_are_told_apart_as_jobs_and_steps() -> None:
    spec = accepted(dependencies=["other-job", "gamma"], steps=["alpha"])
    assert spec.wait_for == ["other-job"]
    assert [step.name for step in spec.pipeline.steps] == ["gamma", "alpha"]


def test_dropped_options_are_told_as_warnings() -> None:
    assert any("colour" in warning for warning in accepted(options={"colour": 1}).warnings)


def test_the_same_key_gives_the_same_job() -> None:
    assert job_id_for("k") == job_id_for("k") != job_id_for("other")
    assert job_id_for(None) != job_id_for(None)


def test_the_same_request_has_the_same_hash_and_another_has_not() -> None:
    assert accepted().request_hash == accepted().request_hash != accepted(priority="high").request_hash


def retried(statuses: dict[str, StepStatus], **more: Any) -> JobSpec:
    return retry_spec(accepted(), statuses, job_id="j2", now=NOW, snapshot="snap", **more)


def test_a_whole_retry_runs_every_step_on_the_same_snapshot() -> None:
    spec = retried({"alpha": DONE, "beta": FAILED, "gamma": SKIPPED})
    assert (spec.retry_of, spec.source, spec.reused) == ("j1", "snap", {})
    assert [step.name for step in spec.pipeline.steps] == ["alpha", "beta", "gamma"]


def test_a_retry_from_a_step_reuses_what_was_done_before_it() -> None:
    spec = retried({"alpha": DONE, "beta": FAILED, "gamma": SKIPPED}, from_step="beta")
    assert spec.reused == {"alpha": "j1"}
    assert {step.name for step in spec.pipeline.steps} == {"alpha", "beta", "gamma"}


def test_a_retry_of_one_step_leaves_unfinished_others_out() -> None:
    spec = retried({"alpha": DONE, "beta": FAILED, "gamma": SKIPPED}, step="beta")
    assert spec.reused == {"alpha": "j1"}
    assert [step.name for step in spec.pipeline.steps] == ["alpha", "beta"]


def test_a_retry_after_a_gap_says_from_where_to_start() -> None:
    with pytest.raises(RequestError) as caught:
        retried({"alpha": FAILED, "beta": SKIPPED, "gamma": SKIPPED}, step="gamma")
    assert "beta" in str(caught.value)


def test_a_retry_of_an_unknown_step_names_the_known_ones() -> None:
    with pytest.raises(RequestError) as caught:
        retried({}, step="betta")
    assert "Did you mean 'beta'" in caught.value.details["problems"][0]
