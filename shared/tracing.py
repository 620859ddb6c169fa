"""One correlation id and one W3C trace from a request to the inbox."""

import secrets
from contextvars import ContextVar
from typing import NamedTuple

from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()


class Trace(NamedTuple):
    correlation_id: str
    traceparent: str


current_trace: ContextVar[Trace | None] = ContextVar("current_trace", default=None)


def continue_trace(traceparent: str | None) -> str:
    """The traceparent of a new span below the given one, or of a new trace where there is none (or not a valid one)."""
    parent = SpanContext(0, 0, is_remote=True)
    if traceparent:
        parent = get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()
    span = SpanContext(
        trace_id=parent.trace_id if parent.is_valid else secrets.randbits(128) or 1,
        span_id=secrets.randbits(64) or 1,
        is_remote=False,
        trace_flags=parent.trace_flags if parent.is_valid else TraceFlags(TraceFlags.SAMPLED),
    )
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, set_span_in_context(NonRecordingSpan(span)))
    return carrier["traceparent"]
