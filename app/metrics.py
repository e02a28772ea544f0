"""What Prometheus can read at /metrics; one registry for each running service, so that tests do not share one."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)


class Metrics:
    """Counters and histograms of the web edge; the job engine registers its own in the same registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.slack_seconds = Histogram(
            "baobab_slack_request_seconds",
            "Seconds from a request of Slack to our answer",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.routes = Counter(
            "baobab_routes_total", "Answers of /whereshare by verdict", ["verdict"], registry=self.registry
        )
        self.failures = Counter(
            "baobab_unexpected_failures_total", "Requests that ended in an unexpected error", registry=self.registry
        )
