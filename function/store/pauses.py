"""When a store is asked again, and what it gave that need not be tried again."""

import random
from dataclasses import dataclass, field

from function.errors import OperatorError, WeightsMissing, WeightsRefused

FIRST_PAUSE = 1.0  # seconds after a first failure until the store is asked again; doubles with each failure
LONGEST_PAUSE = 60.0  # seconds; about as stale as a healthy release may be by default
JITTER = 0.2  # instances that failed together come back within ± this part of the pause
REMEMBERED = 32  # refused versions; somebody who uploads more than that is still refused, at the cost of a download


@dataclass(eq=False)
class Pauses:
    """Seconds until the store is asked again, which become longer with each failure in a row.

    refresh  the pause while all is well; inf = never
    """

    refresh: float
    failures: int = 0

    def after_success(self) -> float:
        self.failures = 0
        return self.refresh

    def after_failure(self, error: OperatorError, *, is_current: bool) -> float:
        """`is_current`: the store's weights are in service, so that nobody waits for others."""
        self.failures += 1
        pause = min(FIRST_PAUSE * 2.0 ** min(self.failures - 1, 16), LONGEST_PAUSE)
        pause *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  spreads load, guards nothing
        is_answer = isinstance(error, WeightsRefused | WeightsMissing)  # the store is well, asking it costs little
        if is_current:
            return self.refresh if is_answer else max(pause, self.refresh)
        return min(pause, self.refresh) if is_answer else pause


@dataclass(frozen=True, eq=False)
class Refused:
    """The last versions that were refused, and why."""

    errors: dict[str, WeightsRefused] = field(default_factory=dict)  # oldest first

    def add(self, version: str, error: WeightsRefused) -> None:
        self.errors[version] = error
        while len(self.errors) > REMEMBERED:
            del self.errors[next(iter(self.errors))]

    def check(self, version: str) -> None:
        """Raises the WeightsRefused of a version that was refused."""
        if version in self.errors:
            raise self.errors[version]
