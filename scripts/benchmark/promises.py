"""The ratios that are promised, and whether a run keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.benchmark.figures import TOGETHER, Spread, values
from scripts.benchmark.results import Results

SLACK = 1.5  # a ratio this many times behind the published one is no noise any more
# … and so many times more on another processor: with the same code, pixels on NumPy ÷ naive were 0.033 on an AMD EPYC
# with AVX-512 and 0.052 on a Xeon at 2.5 GHz.
FOREIGN = 1.6


@dataclass(frozen=True)
class Promise:
    """A ratio that must hold, and one to aim for. Requests per second count upwards, everything else downwards.

    against  the measure of `theirs`, where it is another
    """

    title: str
    measure: str
    ours: str
    theirs: str
    must: float
    aim: float
    against: str = ""

    @property
    def upwards(self) -> bool:
        return self.measure.startswith("requests/s")

    def measured(self, results: Results) -> Spread | None:
        """Of the ratios within each round, so that a machine's drift divides out; None = one of both isn't measured."""
        ours = values(results, self.ours, self.measure)
        theirs = values(results, self.theirs, self.against or self.measure)
        return Spread.of([mine / other for mine, other in zip(ours, theirs, strict=True)]) if ours and theirs else None

    def holds(self, ratio: float) -> bool:
        return ratio >= self.must if self.upwards else ratio <= self.must

    def is_behind(self, ratio: float, published: float, slack: float = SLACK) -> bool:
        """Whether `ratio` is so much worse than the published one that something has become slower."""
        return ratio < published / slack if self.upwards else ratio > published * slack


PROMISES = (
    Promise("first answer, NumPy ÷ naive", "first answer", "keras", "naive", must=0.30, aim=0.15),
    Promise("first answer, NumPy ÷ three dense layers", "first answer", "keras", "dense", must=0.35, aim=0.2),
    Promise("first answer, LiteRT ÷ naive", "first answer", "lite", "naive", must=0.25, aim=0.15),
    Promise("first answer, LiteRT ÷ echo", "first answer", "lite", "echo", must=4, aim=2.5),
    Promise("pixels p50, NumPy ÷ naive", "pixels p50", "keras", "naive", must=1 / 12, aim=1 / 20),
    Promise("pixels p50, LiteRT ÷ echo", "pixels p50", "lite", "echo", must=2.0, aim=1.6),
    Promise("PNG p50, LiteRT ÷ echo", "PNG p50", "lite", "echo", must=4, aim=3),
    Promise("requests/s, LiteRT ÷ naive", "requests/s", "lite", "naive", must=10, aim=20),
    Promise("requests/s, LiteRT, 64 ÷ 8 connections", "requests/s on 64", "lite", "lite", 0.9, 1.0, "requests/s"),
    Promise("memory, NumPy ÷ naive", "memory", "keras", "naive", must=1.0, aim=0.9),
    Promise("memory, LiteRT ÷ naive", "memory", "lite", "naive", must=0.25, aim=0.18),
)
EVERYWHERE = 1.0, 1.0  # ahead, wherever nothing else is promised
# LiteRT ÷ each peer: what must be, and what is aimed at, by measure. Where there is none, it is only told.
_FASTAPI: Mapping[str, tuple[float, float]] = {
    "first answer": (0.8, 0.6),
    "pixels p50": (1.0, 0.8),
    "requests/s": (1.0, 1.3),
    TOGETHER: (1.0, 0.9),
}
_MLSERVER: Mapping[str, tuple[float, float]] = {
    "first answer": EVERYWHERE,
    "requests/s": (0.7, 1.0),
    TOGETHER: EVERYWHERE,
}
COLUMNS = ("first answer", "pixels p50", "pixels p99", "requests/s on 1", "requests/s", "requests/s on 64", TOGETHER)
_ALL = dict.fromkeys(COLUMNS, EVERYWHERE)
PEERS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "fastapi": _FASTAPI,
    "litserve": _ALL,
    "bentoml": _ALL,
    "mlserver": _MLSERVER,
}
AHEAD = tuple(
    Promise(f"{measure}, LiteRT ÷ {peer}", measure, "lite", peer, *promised)
    for peer, measures in PEERS.items()
    for measure, promised in measures.items()
)


def behind(results: Results, published: Results) -> list[str]:
    """One sentence for each promise that the results keep so much worse than the published ones."""
    slack = SLACK if results.machine == published.machine else SLACK * FOREIGN
    sentences = []
    for promise in (*PROMISES, *AHEAD):
        found, known = promise.measured(results), promise.measured(published)
        if found and known and promise.is_behind(found.middle, known.middle, slack):
            sentences.append(
                f"{promise.title} is {found.middle:.3g}, more than {slack:.2g}× behind the published {known.middle:.3g}"
            )
    return sentences
