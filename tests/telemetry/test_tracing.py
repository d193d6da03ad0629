"""Spans of activities, and the collector they reach."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from codestory.exceptions import ConfigurationError, GraphUnavailableError
from codestory.telemetry import activity_span, configure_tracing, trace_id, tracing

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def provider() -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider, exporter
    provider.shutdown()


def test_a_span_says_which_activity_it_was(provider: tuple[TracerProvider, InMemorySpanExporter]) -> None:
    with activity_span(
        "run_batch", job_id="j1", step="syntax", attempt=2, traceparent=PARENT, provider=provider[0]
    ) as span:
        span.set_attribute("codestory.batch", "syntax-3")
        assert trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_id() is None
    (finished,) = provider[1].get_finished_spans()
    assert finished.name == "run_batch"
    assert dict(finished.attributes or {}) == {
        "codestory.job_id": "j1",
        "codestory.step": "syntax",
        "codestory.attempt": 2,
        "codestory.batch": "syntax-3",
    }
    assert finished.parent is not None
    assert finished.parent.span_id == 0x00F067AA0BA902B7


def test_an_exception_is_recorded_without_its_secrets(provider: tuple[TracerProvider, InMemorySpanExporter]) -> None:
    with (
        pytest.raises(GraphUnavailableError),
        activity_span("run_batch", job_id="j1", provider=provider[0]),
    ):
        raise GraphUnavailableError("bolt://neo4j:hunter2@db is away")
    (finished,) = provider[1].get_finished_spans()
    assert finished.status.status_code is StatusCode.ERROR
    assert finished.status.description == "GraphUnavailableError: bolt://***@db is away"
    assert [event.name for event in finished.events] == ["exception"]
    assert (finished.attributes or {})["codestory.transient"] is True
    assert "hunter2" not in str(finished.events[0].attributes)


def test_nothing_is_exported_unless_the_environment_says_so() -> None:
    assert configure_tracing({}) is None
    assert configure_tracing({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}) is None
    assert configure_tracing({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}) is None
    with activity_span("run_batch", job_id="j1") as span:
        assert not span.is_recording()


def test_an_exporter_that_is_not_installed_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="OTEL_TRACES_EXPORTER=zipkin"):
        configure_tracing({"OTEL_TRACES_EXPORTER": "zipkin"})


def test_spans_reach_an_otlp_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra 'otlp' is not installed")
    received: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        monkeypatch.setattr(tracing.trace, "set_tracer_provider", lambda provider: None)
        provider = configure_tracing()
        assert provider is not None
        with activity_span("plan_step", job_id="job-of-the-test", provider=provider):
            pass
        provider.shutdown()
        server.shutdown()
        thread.join()
    ((path, body),) = received
    assert path == "/v1/traces"
    assert b"plan_step" in body
    assert b"job-of-the-test" in body


@pytest.mark.parametrize(
    ("exporter", "expected"),
    [("console", '"codestory.job_id": "j1"'), ("zipkin", "no spans are exported"), ("none", "")],
)
def test_the_first_span_of_a_process_reads_the_environment(exporter: str, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from codestory.telemetry import activity_span\n{SPANS}"],
        env=os.environ | {"OTEL_TRACES_EXPORTER": exporter},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    output = done.stdout + done.stderr
    assert expected in output if expected else output == ""
    assert done.stdout.count("plan_step") == (2 if exporter == "console" else 0)


SPANS = """
for attempt in (1, 2):
    with activity_span("plan_step", job_id="j1", attempt=attempt):
        pass
"""
