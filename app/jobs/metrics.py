"""What Prometheus sees of the jobs; `REGISTRY` is to be served at /metrics with the app's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.jobs.store import QueueHealth

REGISTRY = CollectorRegistry(auto_describe=True)

JOBS = Counter("baobab_jobs", "Jobs that ended here", ["job", "outcome"], registry=REGISTRY)
STEP_FAILURES = Counter("baobab_job_step_failures", "Steps that did not succeed", ["job", "step"], registry=REGISTRY)
TAKEN_OVER = Counter("baobab_jobs_taken_over", "Jobs of a silent executor put back", registry=REGISTRY)
BROKEN_LOOPS = Counter("baobab_job_loops_broken", "Rounds of a loop that broke", ["loop"], registry=REGISTRY)
TIMERS = Counter("baobab_timers_fired", "Timers fired here", registry=REGISTRY)
TIMER_LATENESS = Histogram(
    "baobab_timer_lateness_seconds",
    "How long after its time a timer fired",
    buckets=(0.5, 1, 2, 5, 15, 60, 300, 3600, 86400),
    registry=REGISTRY,
)
ACCEPTED = Counter(
    "baobab_intake_accepted", "Requests taken in through the batched door", ["first"], registry=REGISTRY
)
BATCH = Histogram(
    "baobab_intake_batch", "Requests a commit", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256), registry=REGISTRY
)
QUEUE = Gauge("baobab_jobs_now", "Jobs by state", ["state"], registry=REGISTRY)
QUEUE_AGE = Gauge("baobab_jobs_oldest_waiting_seconds", "Age of the oldest job that could start", registry=REGISTRY)


def show(health: QueueHealth) -> None:
    """Set the gauges to what was just counted."""
    QUEUE.labels(state="waiting").set(health.waiting)
    QUEUE.labels(state="delayed").set(health.delayed)
    QUEUE.labels(state="running").set(health.running)
    QUEUE.labels(state="failed").set(health.failed)
    QUEUE_AGE.set(health.oldest_seconds)
