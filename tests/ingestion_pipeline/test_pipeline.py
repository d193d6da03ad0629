from __future__ import annotations

from typing import Any

import pytest

from codestory.exceptions import ConfigurationError, RequestError, UnknownStepError
from codestory.ingestion_pipeline.config import PipelineConfig, parse_config
from codestory.ingestion_pipeline.pipeline import Pipeline, compile_pipeline

pytestmark = pytest.mark.usefixtures("only_test_steps")


def config(*steps: dict[str, Any] | str, **more: Any) -> PipelineConfig:
    return parse_config({"steps": [{"name": s} if isinstance(s, str) else s for s in steps], **more})


def edges(pipeline: Pipeline) -> dict[str, list[str]]:
    return {step.name: step.depends_on for step in pipeline.steps}


def test_steps_run_in_the_order_of_the_file() -> None:
    made = compile_pipeline(config("gamma", "alpha", "beta")).pipeline
    assert edges(made) == {"gamma": [], "alpha": ["gamma"], "beta": ["alpha"]}


def test_depends_on_replaces_the_order_of_the_file() -> None:
    given = config("alpha", {"name": "beta", "depends_on": []}, {"name": "gamma", "depends_on": ["alpha", "beta"]})
    assert edges(compile_pipeline(given).pipeline) == {"alpha": [], "beta": [], "gamma": ["alpha", "beta"]}


def test_a_step_may_depend_on_one_further_down() -> None:
    given = config({"name": "alpha", "depends_on": ["beta"]}, {"name": "beta", "depends_on": []})
    assert list(edges(compile_pipeline(given).pipeline)) == ["beta", "alpha"]


def test_a_circle_is_spelled_out() -> None:
    given = config(
        {"name": "alpha", "depends_on": ["gamma"]},
        {"name": "beta", "depends_on": ["alpha"]},
        {"name": "gamma", "depends_on": ["beta"]},
    )
    with pytest.raises(ConfigurationError, match=r"circle: (\w+ → ){3}\w+") as caught:
        compile_pipeline(given)
    assert caught.value.details["cycle"].count("→") == 3


def test_depending_on_an_unknown_step_names_the_known_ones() -> None:
    with pytest.raises(UnknownStepError, match=r"depends_on: unknown step 'alfa'. Did you mean 'alpha'"):
        compile_pipeline(config("alpha", {"name": "beta", "depends_on": ["alfa"]}))


def test_leaving_a_step_out_keeps_the_order_of_those_around_it() -> None:
    made = compile_pipeline(config("alpha", "beta", "gamma"), steps=["gamma", "alpha"]).pipeline
    assert edges(made) == {"alpha": [], "gamma": ["alpha"]}


def test_a_step_that_is_switched_off_runs_only_when_asked_for() -> None:
    given = config("alpha", {"name": "beta", "enabled": False})
    assert list(edges(compile_pipeline(given).pipeline)) == ["alpha"]
    assert list(edges(compile_pipeline(given, steps=["beta"]).pipeline)) == ["beta"]


def test_an_installed_step_that_is_not_configured_can_be_asked_for() -> None:
    assert list(edges(compile_pipeline(config("alpha"), steps=["gamma"]).pipeline)) == ["gamma"]


def test_a_step_named_as_dependency_comes_before_all_others() -> None:
    made = compile_pipeline(config("alpha", "beta"), steps=["alpha"], first=["gamma"]).pipeline
    assert edges(made) == {"gamma": [], "alpha": ["gamma"]}


def test_every_step_gets_exactly_the_options_that_it_declares() -> None:
    made = compile_pipeline(config("alpha", "beta"), options={"depth": 9, "docker_image": "img", "colour": "red"})
    assert {s.name: s.options for s in made.pipeline.steps} == {"alpha": {"depth": 9}, "beta": {"docker_image": "img"}}
    assert made.dropped == {"alpha": ["colour", "docker_image"], "beta": ["colour", "depth"]}


def test_strict_mode_makes_a_dropped_option_an_error() -> None:
    with pytest.raises(RequestError) as caught:
        compile_pipeline(config("alpha"), options={"dept": 9}, strict=True)
    assert "Did you mean 'depth'" in caught.value.details["problems"][0]


def test_options_under_the_name_of_a_step_are_its_own_and_must_be_known() -> None:
    given = config("alpha", "beta")
    made = compile_pipeline(given, options={"depth": 2, "alpha": {"depth": 5}}).pipeline
    assert made.steps[0].options == {"depth": 5}
    with pytest.raises(RequestError) as caught:
        compile_pipeline(given, options={"alpha": {"dpeth": 5}})
    assert any("dpeth" in problem for problem in caught.value.details["problems"])


def test_options_for_a_step_that_does_not_take_part_are_refused() -> None:
    with pytest.raises(RequestError) as caught:
        compile_pipeline(config("alpha"), options={"beta": {}})
    assert "not part of this job" in caught.value.details["problems"][0]


def test_overrides_are_laid_over_the_file() -> None:
    given = config("alpha", "beta", retry={"max_retries": 2})
    made = compile_pipeline(given, overrides={"retry": {"back_off_seconds": 1}, "alpha": {"depth": 7}}).pipeline
    assert made.steps[0].options == {"depth": 7}
    assert (made.steps[0].retry.max_retries, made.steps[0].retry.back_off_seconds) == (2, 1)


def test_overrides_may_bring_their_own_steps() -> None:
    made = compile_pipeline(config("alpha"), overrides={"steps": [{"name": "beta"}]}).pipeline
    assert list(edges(made)) == ["beta"]


def test_an_unknown_override_names_the_known_keys() -> None:
    with pytest.raises(ConfigurationError, match=r"unknown key 'retries'. Did you mean 'retry'"):
        compile_pipeline(config("alpha"), overrides={"retries": {}})
