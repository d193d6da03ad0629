"""Texts of other people's repositories do not get to control the terminal that shows them."""

from __future__ import annotations

import re

import pytest

from codestory.cli.console import err, out, pairs, print_problems, print_table
from tests.cli.conftest import Run
from tests.cli.fake_ingest_service import FakeService

EVIL = "\x1b]52;c;ZXZpbA==\x1b|Title\x1b[2J\x7f\x9b31mend"
SHOWN = "␛]52;c;ZXZpbA==␛|Title␛[2J␡\ufffd31mend"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def test_control_characters_are_shown_wherever_text_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([EVIL, "n"], [[EVIL, 1], ["plain", 2]])
    pairs({"name": EVIL, "list": [EVIL]})
    print_problems(EVIL, [f"also {EVIL}"], [EVIL])
    out().print(EVIL, markup=False, style="bold")
    err().print(EVIL, markup=False)
    captured = capsys.readouterr()
    for text, times in ((captured.out, 4), (captured.err, 4)):
        assert not CONTROL.search(text), ascii(text)
        assert text.count(SHOWN) == times, text


def test_what_a_service_answers_is_shown_too(cli: Run, service: FakeService) -> None:
    problem = {"title": "Bad request", "status": 400, "detail": EVIL, "problems": [f"source: {EVIL}"]}
    service.answer("GET /v1/ingest", 400, problem)
    result = cli("ingest", "list", code=2)
    assert not CONTROL.search(result.output)
    assert SHOWN in result.stderr
