from __future__ import annotations

# ruff: noqa: E501 - a table of texts and what is said about them
from pathlib import Path

import pytest

from codestory.exceptions import ConfigurationError, UnknownStepError
from codestory.ingestion_pipeline.config import load_config, parse_config

pytestmark = pytest.mark.usefixtures("only_test_steps")


def write(folder: Path, text: str) -> Path:
    file = folder / "pipeline.yml"
    file.write_text(text)
    return file


def test_options_stand_beside_the_keys_of_the_pipeline(tmp_path: Path) -> None:
    config = load_config(
        write(tmp_path, "steps:\n  - name: alpha\n    concurrency: 2\n    depth: 4\n    timeout: 30\n"
                        "    max_retries: 1\nretry:\n  max_retries: 5\n")
    )  # fmt: skip
    step = config.steps[0]
    assert (step.concurrency, step.timeout, step.options) == (2, 30, {"depth": 4})
    assert step.retry.over(config.retry).max_retries == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("steps: [\n", r"pipeline\.yml:\d+: not valid YAML"),
        ("- alpha\n", "expected a mapping with the keys steps"),
        ("retry: {}\n", "'steps' must be a list"),
        ("steps: alpha\n", "'steps' must be a list"),
        ("steps:\n  - alpha\n", r"pipeline\.yml:2: a step is a mapping with a 'name', not 'alpha'"),
        ("steps:\n  - depth: 1\n", r"pipeline\.yml:2: this step has no 'name'"),
        ("steps:\n  - name: alpha\n  - name: alpha\n", r"pipeline\.yml:3: step 'alpha' stands twice"),
        ("steps:\n  - name: alpha\n    dpeth: 3\n", r"pipeline\.yml:3: step 'alpha': unknown key 'dpeth'. Did you mean 'depth'\?"),
        ("steps:\n  - name: alpha\nretri: {}\n", r"pipeline\.yml:3: unknown key 'retri'. Did you mean 'retry'\?"),
        ("steps:\n  - name: alpha\nretry:\n  max_retry: 1\n", r"pipeline\.yml:4: unknown key 'max_retry'. Did you mean 'max_retries'\?"),
        ("steps:\n  - name: alpha\nretry:\n  max_retries: -1\n", r"pipeline\.yml:4: retry\.max_retries: .*greater than or equal to 0 \(got -1\)"),
        ("steps:\n  - name: alpha\n    concurrency: many\n", r"pipeline\.yml:3: steps\.0\.concurrency: .*got 'many'"),
        ("steps:\n  - name: alpha\n    name: beta\n", r"pipeline\.yml:3: key 'name' stands twice"),
        ("steps:\n  - name: alpha\n    resource: gpu\n", r"names the pool 'gpu'\. Known pools: none"),
        *(
            (f"steps:\n  - name: alpha\nresources:\n  pools: {{{name!r}: 1}}\n", rf"pool {name!r} needs another name")
            for name in ("default", "repository-x", "a@b", "")
        ),
        ("steps:\n  - name: alpha\n  - name: rival\n", "both write Alpha nodes"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_key_and_what_would_do(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        load_config(write(tmp_path, text))


def test_an_unknown_step_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownStepError, match=r"unknown step 'alhpa'. Did you mean 'alpha'\?.*beta"):
        load_config(write(tmp_path, "steps:\n  - name: alhpa\n"))


def test_every_mistake_is_listed_not_only_the_first(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_config(write(tmp_path, "steps:\n  - name: alpha\n    dpeth: 3\n    depth: deep\n"))
    assert len(caught.value.details["problems"]) == 2


def test_a_missing_file_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_PIPELINE_CONFIG"):
        load_config(tmp_path / "none.yml")


def test_aliases_that_explode_are_refused_quickly(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(ConfigurationError, match="once its aliases are followed"):
        load_config(write(tmp_path, "\n".join([*lines, "steps: []"])))


def test_an_alias_to_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"not valid YAML|aliases"):
        load_config(write(tmp_path, "steps: &s\n  - *s\n"))


def test_python_tags_are_not_executed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not valid YAML"):
        load_config(write(tmp_path, "steps: !!python/object/apply:os.system ['true']\n"))


def test_plain_data_is_checked_like_a_file() -> None:
    assert parse_config({"steps": [{"name": "beta", "docker_image": "x"}]}).steps[0].options == {"docker_image": "x"}
