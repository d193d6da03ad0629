"""The summarizer with a model: a real HTTP server that counts what it is asked."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from codestory.exceptions import CancelledError, ConfigurationError, ModelUnavailableError
from codestory.ingestion_pipeline.step import Batch
from plugins.summarizer.step import SummarizerStep
from tests.plugins.summarizer.summary_project import SHOP
from tests.plugins.summarizer.summary_run import Bench, Token
from tests.support.openai_server import Behaviour, OpenAIServer

SUMMARISED = 20


def asked(server: OpenAIServer) -> list[str]:
    """What each request was about, in order: the name and the path in its first line."""
    found: list[str] = []
    for request in server.requests:
        first = request.prompt.splitlines()[0]
        found.append(" ".join(re.findall(r"`([^`]+)`", first)))
    return found


def prompt_about(server: OpenAIServer, subject: str) -> str:
    (index,) = [number for number, name in enumerate(asked(server)) if name == subject]
    return server.requests[index].prompt


def test_every_part_is_asked_for_once_with_what_it_depends_on_first(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    run = bench.run()
    order = asked(server)
    assert len(order) == len(set(order)) == SUMMARISED
    assert order.index("parse shop/money.py") < order.index("Order.add shop/orders.py")
    assert order.index("Order.total shop/orders.py") < order.index("Order shop/orders.py")
    assert order.index("Order shop/orders.py") < order.index("RushOrder shop/orders.py")
    assert order.index("shop/money.py") < order.index("shop/orders.py") < order.index("shop")
    assert order[-1] == bench.repository
    assert bench.texts().keys() == bench_targets(bench)
    assert bench.texts()["shop/money.py#parse"] == server.answer(prompt_about(server, "parse shop/money.py"))
    assert run.counters["requests"] == run.counters["summaries"] == SUMMARISED
    assert run.units == run.plan.units


def bench_targets(bench: Bench) -> set[str]:
    rows = bench.store.read(
        "MATCH (n) WHERE n.repository = $r AND n.step <> 'summarizer' RETURN labels(n)[0] AS label, n.id AS id",
        r=bench.repository,
    )
    return {
        row["id"].removeprefix(bench.repository).removeprefix(":") or "/"
        for row in rows
        if row["label"] not in ("File", "StepState", "Receipt")
    }


def test_a_prompt_shows_the_source_and_the_summaries_of_what_it_uses(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    bench.run()
    prompt = prompt_about(server, "Order.add shop/orders.py")
    assert "```python\n    def add(self, price):\n" in prompt
    parse = bench.texts()["shop/money.py#parse"]
    assert prompt.endswith(f"What it uses in this repository:\n- function `def parse(text)`: {parse}")
    assert "A web shop that **never** sells twice" in prompt_about(server, bench.repository)
    assert server.requests[0].body["messages"][0]["role"] == "system"


def test_functions_that_call_each_other_do_not_wait_for_each_other(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    bench.run()
    assert prompt_about(server, "is_even tools/even.py").endswith("- function `def is_odd(n)`")
    assert prompt_about(server, "is_odd tools/even.py").endswith("- function `def is_even(n)`")


def test_nothing_unchanged_is_paid_for_twice(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    bench.run()
    texts = bench.texts()
    server.requests.clear()
    assert bench.run().batches == []
    bench.put(SHOP | {"notes.txt": "nothing to do with code"})
    run = bench.run()
    assert asked(server) == [bench.repository]
    assert run.counters["reused"] == SUMMARISED - 1
    server.requests.clear()
    bench.put(SHOP)
    bench.run()
    assert asked(server) == []
    assert bench.texts() == texts


def test_a_changed_leaf_is_asked_for_again_with_exactly_what_depends_on_it(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    bench.run()
    server.requests.clear()
    bench.put(SHOP | {"shop/money.py": SHOP["shop/money.py"].replace("float(text) * 100", "float(text) * 1000")})
    run = bench.run()
    assert sorted(asked(server)) == sorted(
        [
            "parse shop/money.py",
            "Order.add shop/orders.py",
            "test_total tests/test_orders.py",
            "Order shop/orders.py",
            "RushOrder shop/orders.py",
            "shop/money.py",
            "shop/orders.py",
            "shop",
            "tests/test_orders.py",
            "tests",
            bench.repository,
        ]
    )
    assert asked(server)[0] == "parse shop/money.py"
    assert asked(server)[-1] == bench.repository
    assert run.counters["requests"] == 11


def test_a_change_that_leaves_the_summary_as_it_was_goes_no_further(bench: Bench, server: OpenAIServer) -> None:
    server.answer = lambda prompt: prompt.splitlines()[0]
    bench.put(SHOP)
    bench.run()
    server.requests.clear()
    bench.put(SHOP | {"shop/money.py": SHOP["shop/money.py"].replace("float(text) * 100", "float(text) * 1000")})
    bench.run()
    assert asked(server) == ["parse shop/money.py"]


def test_tokens_and_cost_are_reported(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    run = bench.run(price_per_1k_prompt_tokens=0.5, price_per_1k_completion_tokens=2.0)
    spent = sum(len(m["content"].split()) for request in server.requests for m in request.body["messages"])
    assert run.counters["prompt_tokens"] == spent
    assert run.counters["completion_tokens"] == 2 * SUMMARISED
    assert run.counters["cost_usd"] == pytest.approx(spent * 0.0005 + 2 * SUMMARISED * 0.002)
    assert run.summary.message == (
        f"20 summaries by openai/small: 20 requests, {spent + 40} tokens, {run.counters['cost_usd']:.4f} USD"
    )


def test_a_batch_that_is_done_again_asks_nothing_and_reports_the_same(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    run = bench.run(twice=True)
    assert len(server.requests) == SUMMARISED
    assert run.counters["requests"] == SUMMARISED


def test_the_budget_bounds_what_a_job_spends_and_the_next_goes_on(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    jobs = 0
    total = 0.0
    while True:
        jobs += 1
        run = bench.run(token_budget=1500)
        spent = run.counters.get("prompt_tokens", 0) + run.counters.get("completion_tokens", 0)
        assert spent <= 1500
        total += spent
        if not run.counters.get("left"):
            break
        assert any("token budget of 1500 is used up" in warning for warning in run.warnings)
        assert f"{int(run.counters['left'])} left for the next job" in run.summary.message
        assert jobs < 20
    assert jobs > 2
    assert len(asked(server)) == len(set(asked(server))) == SUMMARISED
    assert bench.texts().keys() == bench_targets(bench)
    assert bench.run(token_budget=1500).batches == []


def test_without_budget_for_a_change_the_old_summary_stays_and_says_so(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    bench.run()
    before = bench.texts()
    server.requests.clear()
    bench.put(SHOP | {"shop/money.py": SHOP["shop/money.py"].replace("float(text) * 100", "float(text) * 1000")})
    run = bench.run(token_budget=0)
    assert asked(server) == []
    assert run.counters["left"] == 11
    after = bench.texts()
    assert after["shop/money.py#parse"] == f"{before['shop/money.py#parse']} (outdated)"
    assert after["shop/money.py#render"] == before["shop/money.py#render"]
    bench.run()
    assert not any("(outdated)" in text for text in bench.texts().values())


def test_a_job_that_the_model_fails_keeps_what_it_paid_for(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    server.script.extend([Behaviour()] * 7 + [Behaviour(429, {"Retry-After": "3600"})])
    context = bench.context()
    with pytest.raises(ModelUnavailableError) as caught:
        bench.run(context)
    assert caught.value.details["retry_after"] == 3600
    assert len(server.requests) == 8
    bench.run(context)
    assert len(server.requests) == SUMMARISED + 1
    assert bench.texts().keys() == bench_targets(bench)


def test_a_new_job_after_a_failed_one_reuses_its_answers(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    server.script.extend([Behaviour()] * 7 + [Behaviour(401)])
    with pytest.raises(ConfigurationError, match="CODESTORY_OPENAI_API_KEY"):
        bench.run()
    bench.run()
    assert len(server.requests) == SUMMARISED + 1


def test_a_rate_limit_is_waited_out(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    server.script.extend([Behaviour(429, {"retry-after-ms": "20"}), Behaviour(503, {"Retry-After": "0"})])
    run = bench.run()
    assert len(server.requests) == SUMMARISED + 2
    assert run.counters["requests"] == SUMMARISED


def test_what_the_model_refuses_is_left_out_with_a_warning(bench: Bench, server: OpenAIServer) -> None:
    server.script.append(Behaviour(400, error={"message": "flagged", "code": "content_filter"}))
    bench.put(SHOP)
    context = bench.context()
    step = SummarizerStep()
    plan = step.plan(context)
    follow_up = step.process(plan.stages[0].batches[0], context).follow_up
    result = step.process(follow_up[0], context)
    assert result.counters["refused"] == 1
    assert "content_filter" in result.warnings[0]
    refused = asked(server)[0]
    run = bench.run(context)
    assert run.counters["refused"] == 1
    assert len(bench.texts()) == SUMMARISED - 1
    assert refused not in asked(server)[1:]


def test_a_cancelled_job_stops_between_two_requests_and_loses_none(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)
    token = Token()
    context = bench.context(token=token)
    step = SummarizerStep()
    batches = list(step.process(step.plan(context).stages[0].batches[0], context).follow_up)
    token.allowed = 3
    with pytest.raises(CancelledError):
        for batch in batches:
            step.process(batch, context)
    assert len(server.requests) == 3
    bench.run()
    assert len(server.requests) == SUMMARISED


def test_another_model_and_other_prompts_are_asked_anew(
    bench: Bench, server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bench.put({"a.py": 'def f():\n    """Do it."""\n'})
    bench.run(kinds=("function",))
    bench.run(kinds=("function",), model="other")
    assert [request.body["model"] for request in server.requests] == ["small", "other"]
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "function.md").write_text("Explain {name} to a child.\n{dependencies}")
    bench.run(kinds=("function",), prompts=str(folder))
    assert server.requests[-1].prompt == "Explain f to a child.\nnothing"
    bench.run(kinds=("function",))
    assert len(server.requests) == 3
    (folder / "function.md").write_text("Explain {nam}.")
    with pytest.raises(ConfigurationError, match="Did you mean 'name'"):
        bench.run(kinds=("function",), prompts=str(folder))


def test_batches_of_one_level_are_spread_for_the_pipeline_to_run_side_by_side(
    bench: Bench, server: OpenAIServer
) -> None:
    many = "\n\n".join(f"def f{number}():\n    return {number}" for number in range(50))
    bench.put({"many.py": many})
    run = bench.run(kinds=("function", "module"))
    first = [batch for batch in run.batches if batch.stage == "level-00"]
    assert [batch.weight for batch in first] == [20, 20, 10]
    assert len({batch.id for batch in first}) == 3
    assert run.stages()[:3] == ["prepare", "level-00", "level-01"]
    assert len(server.requests) == 51


def test_batches_and_their_stale_twins_may_run_side_by_side(bench: Bench, server: OpenAIServer) -> None:
    many = "\n\n".join(f"def f{number}():\n    return {number}" for number in range(50))
    bench.put({"many.py": many})
    context = bench.context(kinds=("function",))
    step = SummarizerStep()
    batches = step.process(step.plan(context).stages[0].batches[0], context).follow_up
    with ThreadPoolExecutor(6) as pool:
        # Each batch twice at once, as when a worker was given up too early.
        list(pool.map(lambda batch: step.process(batch, context), [*batches[:-1], *batches[:-1]]))
    assert len(set(asked(server))) == 50
    server.requests.clear()
    run = bench.run(context)
    assert asked(server) == []
    assert run.counters["summaries"] == len(bench.texts()) == 50


def test_a_request_rate_is_divided_among_the_batches_that_run_at_once(bench: Bench, server: OpenAIServer) -> None:
    bench.put(SHOP)

    def lanes(rate: float) -> set[int | None]:
        stages = SummarizerStep().plan(bench.context(requests_per_minute=rate)).stages
        return {stage.concurrency for stage in stages if stage.name.startswith("level")}

    assert [lanes(rate) for rate in (30, 100, 6000)] == [{1}, {2}, {4}]
    run = bench.run(requests_per_minute=240_000)
    assert run.counters["requests"] == SUMMARISED


def test_a_worker_without_the_model_says_so(
    bench: Bench, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.put(SHOP)
    context = bench.context()
    step = SummarizerStep()
    step.plan(context)
    monkeypatch.delenv("CODESTORY_MODEL_PROVIDER")
    with pytest.raises(Exception, match="needs a model"):
        step.process(Batch("x", "level-00", payload={"work": "none"}), context)
