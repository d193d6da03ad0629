"""A log line says which job it belongs to and holds no secret."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

import pytest

from codestory.exceptions import ConfigurationError
from codestory.telemetry import configure_logging, log_context, protect_handlers


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.telemetry.logs")
    logger.propagate = False
    yield logger
    logger.handlers.clear()


@pytest.fixture
def lines(logger: logging.Logger) -> Callable[[], list[dict[str, Any]]]:
    stream = io.StringIO()
    configure_logging(environment={"CODESTORY_LOG_FORMAT": "json"}, stream=stream, logger=logger)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_lines_carry_the_context_of_their_block(
    logger: logging.Logger, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    with log_context(job_id="j1"), log_context(step="syntax", attempt=2):
        logger.info("parsed %d files", 12, extra={"files": 12})
    logger.info("done")
    first, second = lines()
    assert first["message"] == "parsed 12 files"
    assert (first["job_id"], first["step"], first["attempt"], first["correlation_id"]) == ("j1", "syntax", 2, "j1")
    assert first["files"] == 12
    assert "job_id" not in second


def test_tasks_and_copied_contexts_do_not_mix(
    logger: logging.Logger, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    async def work(name: str) -> None:
        with log_context(job_id=name, correlation_id="request-1"):
            await asyncio.sleep(0)
            logger.info(name)

    async def main() -> None:
        await asyncio.gather(work("a"), work("b"))

    copy_context().run(asyncio.run, main())
    assert [(line["message"], line["job_id"]) for line in lines()] == [("a", "a"), ("b", "b")]
    assert {line["correlation_id"] for line in lines()} == {"request-1"}


def test_no_secret_reaches_a_line(logger: logging.Logger, lines: Callable[[], list[dict[str, Any]]]) -> None:
    secret = "hunter2SECRET"
    logger.warning(
        "cannot reach %s", f"bolt://neo4j:{secret}@db", extra={"api_key": secret, "options": {"pwd": secret}}
    )
    try:
        raise ValueError(f"password={secret}")
    except ValueError:
        logger.exception("failed")
    text = json.dumps(lines())
    assert secret not in text
    assert "cannot reach bolt://***@db" in text
    assert "ValueError: password=***" in lines()[1]["exception"]


def test_a_line_whose_arguments_do_not_fit_is_still_written(
    logger: logging.Logger, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    logger.info("%d files", "many")
    assert lines()[0]["message"] == "%d files ('many',)"


def test_people_get_one_short_line(logger: logging.Logger) -> None:
    stream = io.StringIO()
    configure_logging(environment={"CODESTORY_LOG_FORMAT": "human"}, stream=stream, logger=logger)
    with log_context(job_id="j1", step="syntax", attempt=1, correlation_id="c9"):
        logger.info("parsed")
    assert stream.getvalue().endswith(" INFO parsed [job=j1 step=syntax#1 correlation=c9]\n")


def test_configuring_again_replaces_the_handler(logger: logging.Logger) -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging(environment={}, stream=first, logger=logger)
    configure_logging(environment={"CODESTORY_LOG_LEVEL": "warning"}, stream=second, logger=logger)
    logger.info("quiet")
    logger.warning("loud")
    assert first.getvalue() == ""
    assert json.loads(second.getvalue())["message"] == "loud"


@pytest.mark.parametrize("variable", ["CODESTORY_LOG_FORMAT", "CODESTORY_LOG_LEVEL"])
def test_an_unknown_setting_is_named(variable: str, logger: logging.Logger) -> None:
    with pytest.raises(ConfigurationError, match=f"{variable}.*Known"):
        configure_logging(environment={variable: "verbos"}, logger=logger)


@pytest.mark.parametrize(
    ("style", "expected"),
    [("", "token=*** [job=j1 step=syntax]\n"), ("json", '"message": "token=***", "job_id": "j1"')],
)
def test_handlers_of_a_host_are_protected_and_show_the_context(
    logger: logging.Logger, style: str, expected: str
) -> None:
    stream = io.StringIO()
    logger.addHandler(logging.StreamHandler(stream))
    for _ in range(2):
        protect_handlers(environment={"CODESTORY_LOG_FORMAT": style}, logger=logger)
    with log_context(job_id="j1", step="syntax"):
        logger.warning("token=abc")
    assert expected in stream.getvalue()
    assert len(logger.handlers[0].filters) == 1


def test_a_formatter_of_the_host_stays(logger: logging.Logger) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("host: %(message)s"))
    logger.addHandler(handler)
    protect_handlers(environment={}, logger=logger)
    logger.warning("token=abc")
    assert stream.getvalue() == "host: token=***\n"
