"""What a server counts about itself, in Prometheus' text form; no name of a collection or a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

SEARCHES = frozenset({"SearchFaces", "SearchFacesByImage", "SearchUsers", "SearchUsersByImage"})
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Reading = Callable[[], float]


class Metrics:
    """A registry of its own, so that several servers can live in one process.

    Args:
        readings: by name, what is read when somebody asks: name -> (what it is, how it is read).
        sizes: what the galleries hold: faces, people, collections.
    """

    def __init__(
        self, readings: Mapping[str, tuple[str, Reading]], sizes: Callable[[], Mapping[str, int]]
    ) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "fairlineup_requests_total",
            "Requests, by operation and what came of them.",
            ("operation", "outcome"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "fairlineup_request_seconds",
            "Seconds from a request's header to its answer.",
            ("operation",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.searches = Counter(
            "fairlineup_searches_total", "Searches that were answered.", registry=self.registry
        )
        for name, (doc, reading) in readings.items():
            Gauge(f"fairlineup_{name}", doc, registry=self.registry).set_function(reading)
        self.registry.register(_Sizes(sizes))

    def count(self, operation: str, outcome: str, seconds: float) -> None:
        """One request that was answered."""
        self.requests.labels(operation, outcome).inc()
        self.seconds.labels(operation).observe(seconds)
        if outcome == "ok" and operation in SEARCHES:
            self.searches.inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Sizes(Collector):
    """Read once for all of them, when somebody asks."""

    def __init__(self, sizes: Callable[[], Mapping[str, int]]) -> None:
        self._sizes = sizes

    def collect(self) -> list[GaugeMetricFamily]:
        """As the registry asks."""
        family = GaugeMetricFamily("fairlineup_gallery", "What the galleries hold.", labels=["what"])
        for what, number in self._sizes().items():
            family.add_metric([what], number)
        return [family]

    def describe(self) -> list[GaugeMetricFamily]:
        """As the registry asks, before anything can be read."""
        return []
