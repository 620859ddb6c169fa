"""Prometheus metrics, one registry a process."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_DEPTH = Gauge("union_outbox_pending", "Events written and not yet published.", ["service"])
OUTBOX_AGE = Gauge("union_outbox_oldest_seconds", "Age of the oldest event not yet published.", ["service"])
OUTBOX_BLOCKED = Gauge("union_outbox_blocked_aggregates", "Aggregates whose next event fails.", ["service"])
PUBLISHED = Counter("union_events_published_total", "Events published to Kafka.", ["service"])
RELAY_LEADER = Gauge("union_relay_leader", "1 where this process holds the relay's lease.", ["service"])
HANDLED = Counter("union_events_handled_total", "Events handled.", ["service", "type"])
SKIPPED = Counter("union_events_skipped_total", "Events of a type that nobody here handles.", ["service"])
ERASED = Counter("union_events_erased_total", "Events whose person was erased.", ["service"])
RETRIED = Counter("union_events_retried_total", "Attempts to handle that failed.", ["service", "cause"])
DEAD_LETTERS = Counter("union_dead_letters_total", "Events put aside.", ["service", "reason"])
LAG = Gauge("union_consumer_lag", "Events waiting for this consumer.", ["service", "topic", "partition"])
HTTP_SECONDS = Histogram(
    "union_http_request_seconds",
    "Time to answer.",
    ["service", "method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
LIVE_STREAMS = Gauge("union_live_streams", "Open live streams (SSE).", ["service"])
DUE_DONE = Counter("union_due_done_total", "Things that fell due and were done.", ["service"])
DUE_FAILED = Counter("union_due_failed_total", "Things that fell due and could not be done.", ["service"])
