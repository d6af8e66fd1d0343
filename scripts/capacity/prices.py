"""What Google charges for an hour of a function, and how that bill is reckoned.

Cloud Run, services with request-based billing, regions of tier 1 (europe-west1 and us-central1 among them), US dollars;
from https://cloud.google.com/run/pricing, https://docs.cloud.google.com/run/docs/configuring/billing-settings and
https://docs.cloud.google.com/run/docs/configuring/services/cpu, as published in November 2026. Traffic to the internet,
storage and logs are charged apart.
"""

from dataclasses import dataclass

DAYS = 30  # in a month, whose free tier is spread evenly


@dataclass(frozen=True)
class Prices:
    """US dollars for a unit, and how many units a month are free."""

    vcpu_second: float = 0.000024
    gib_second: float = 0.0000025
    million_requests: float = 0.40
    free_vcpu_seconds: float = 180_000
    free_gib_seconds: float = 360_000
    free_requests: float = 2_000_000


@dataclass(frozen=True)
class Usage:
    """What is billed. An instance's time counts once, however many requests it answers in it."""

    requests: float
    vcpu_seconds: float
    gib_seconds: float

    def times(self, factor: float) -> "Usage":
        """The same traffic for `factor` times as long."""
        return Usage(self.requests * factor, self.vcpu_seconds * factor, self.gib_seconds * factor)


@dataclass(frozen=True)
class Bill:
    """US dollars, by what they are for."""

    requests: float
    vcpu: float
    memory: float

    @property
    def total(self) -> float:
        """Everything together."""
        return self.requests + self.vcpu + self.memory


def bill(usage: Usage, prices: Prices) -> Bill:
    """What a month's usage costs beyond its free tier."""
    return Bill(
        requests=max(0.0, usage.requests - prices.free_requests) * prices.million_requests / 1e6,
        vcpu=max(0.0, usage.vcpu_seconds - prices.free_vcpu_seconds) * prices.vcpu_second,
        memory=max(0.0, usage.gib_seconds - prices.free_gib_seconds) * prices.gib_second,
    )
