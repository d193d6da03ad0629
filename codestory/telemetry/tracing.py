"""OpenTelemetry spans for activities, exported as the standard OTEL_ variables say."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import entry_points

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from codestory.exceptions import ConfigurationError, TransientError
from codestory.tracker.redaction import redact_text

__all__ = ["activity_span", "configure_tracing", "trace_id"]

_TRACER = "codestory"
_log = logging.getLogger(__name__)
_PACKAGES = {
    "http/protobuf": "opentelemetry-exporter-otlp-proto-http",
    "grpc": "opentelemetry-exporter-otlp-proto-grpc",
}
_ENTRY_POINTS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}


def configure_tracing(environment: Mapping[str, str] = os.environ) -> TracerProvider | None:
    """A provider with the exporter that the environment names, made the global one; ``None`` if it names
    none.

    ``OTEL_TRACES_EXPORTER`` is ``otlp``, ``console`` or ``none``; without it, an
    ``OTEL_EXPORTER_OTLP_ENDPOINT`` means ``otlp``. All other variables mean what OpenTelemetry says they
    mean. Raises ``ConfigurationError`` for an exporter that is unknown or not installed. Spans are sent in
    batches; call ``shutdown`` on the provider to send the last ones.
    """
    name = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if not name and any(environment.get(variable) for variable in endpoints):
        name = "otlp"
    if name in ("", "none") or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    # The environment's own service name wins over this default.
    service = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "codestory"}
    provider = TracerProvider(resource=Resource.create(service))
    provider.add_span_processor(BatchSpanProcessor(_exporter(name, environment)))
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def activity_span(
    name: str,
    *,
    job_id: str,
    step: str | None = None,
    attempt: int | None = None,
    traceparent: str | None = None,
    provider: trace.TracerProvider | None = None,
) -> Generator[Span]:
    """A span around one activity; it costs next to nothing when no exporter is configured.

    The first span of a process calls ``configure_tracing``, unless the host has installed a provider of its own.
    ``traceparent`` (W3C) makes it a child of the request that started the job. An exception is recorded with
    its type and text, secrets removed, and passed on; transient ones are marked ``codestory.transient``.
    """
    if provider is None:
        _configure_once()
    tracer = trace.get_tracer(_TRACER, tracer_provider=provider)
    parent = TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None
    attributes: dict[str, str | int] = {"codestory.job_id": job_id}
    if step is not None:
        attributes["codestory.step"] = step
    if attempt is not None:
        attributes["codestory.attempt"] = attempt
    with tracer.start_as_current_span(
        name,
        context=parent,
        kind=SpanKind.CONSUMER,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            text = redact_text(str(error))
            span.add_event("exception", {"exception.type": type(error).__qualname__, "exception.message": text})
            span.set_attribute("codestory.transient", isinstance(error, TransientError))
            span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {text}"))
            raise


def trace_id() -> str | None:
    """The id of the current trace in hexadecimal, or ``None`` outside any."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


@cache
def _configure_once() -> None:
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    try:
        configure_tracing()
    except ConfigurationError as error:
        # Work must not fail because it cannot be watched.
        _log.warning("no spans are exported: %s", error)


def _exporter(name: str, environment: Mapping[str, str]) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter()
    wanted, package = name, f"the package that provides {name!r}"
    if name == "otlp":
        protocol = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        wanted, package = _ENTRY_POINTS.get(protocol, protocol), _PACKAGES.get(protocol, protocol)
    for entry_point in entry_points(group="opentelemetry_traces_exporter", name=wanted):
        return entry_point.load()()
    raise ConfigurationError(
        f"OTEL_TRACES_EXPORTER={name}: no such exporter is installed. Install {package}"
        " (pip install 'codestory[otlp]' brings OTLP over HTTP), or set OTEL_TRACES_EXPORTER to console or none.",
        key="OTEL_TRACES_EXPORTER",
    )
