"""A run and the folder or bucket where its shards go: begun, found again where it was broken off, made anew.

run.json      what is read, how, and with which weights; says that the folder is ours
plan.jsonl    which pictures are in which shard
readings-…    the shards, each written whole or not there
schema.json   for `bq load`
summary.json  how many pictures were read as what; written last, and so says that all is there
"""

import io
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, cast

from scripts.bulk.inputs import Input
from scripts.bulk.mistakes import Mistake
from scripts.bulk.outputs import Form, schema, shard_name
from scripts.bulk.places import Place, open_place
from scripts.bulk.plan import Planned, Shard, Slice, slices_of, write_plan
from scripts.bulk.weights import Weights

MADE_BY = "python -m scripts.bulk"
ABOUT, PLAN, SCHEMA, SUMMARY = "run.json", "plan.jsonl", "schema.json", "summary.json"
SHARDS = re.compile(r"readings-\d{6,}\.(jsonl|csv)")
MOST_BYTES = 2**20  # of run.json and summary.json, a thousand times what they have


@dataclass(frozen=True)
class Run:
    """What is read into `output`, a URL, and how; `size` pictures a shard at most."""

    source: Input
    output: str
    weights: Weights
    form: Form = "jsonl"
    probabilities: bool = False
    size: int = 1000

    @property
    def place(self) -> Place:
        """Where its output goes."""
        return open_place(self.output)

    def shard_name(self, shard: Shard) -> str:
        return shard_name(shard.index, self.form)

    def slices(self, shard: Shard) -> list[Slice]:
        """What the plan says of a shard."""
        with self.place.open(PLAN) as plan:
            plan.seek(shard.offset)
            return slices_of(plan.read(shard.length))

    def about(self) -> dict[str, Any]:
        """What another run must have in common to go on where this one was broken off."""
        told = {**asdict(self), "version": self.weights.version}
        del told["output"], told["weights"]
        return {"made_by": MADE_BY, **told}


def begin(run: Run, *, anew: bool = False) -> Planned:
    """Plans a run, in an empty place or where it was begun before.

    anew  takes away what another run of ours left there
    Raises Mistake where anything else stands, or another run; nothing is written then.
    """
    place, about = run.place, run.about()
    before = _about(place)
    if before is None and (stranger := next(place.entries(), None)):
        raise Mistake(f"{run.output} isn't empty, and this command didn't fill it: it holds {stranger.name}")
    with tempfile.TemporaryFile() as file:
        planned = write_plan(run.source, open_place(run.source.root), _within(run), run.size, cast(BinaryIO, file))
        about["fingerprint"] = planned.fingerprint
        if before is not None and before != about and not anew:
            what = _difference(before, about)
            raise Mistake(
                f"{run.output} holds another run, of {what}: name another folder, or say --anew to take its files away"
            )
        place.sweep()
        if before is not None and anew:
            _clear(place)
        if place.entry(PLAN) is None:
            write_json(place, ABOUT, about)  # first: what follows is ours
            place.write(SCHEMA, io.BytesIO(schema(run.form, probabilities=run.probabilities)))
            file.seek(0)
            place.write(PLAN, cast(BinaryIO, file))
    return planned


def summary_of(run: Run) -> dict[str, int] | None:
    """How many pictures were read as what, of a run that is finished."""
    if run.place.entry(SUMMARY) is None:
        return None
    found: dict[str, int] = json.loads(run.place.read(SUMMARY, MOST_BYTES))["pictures"]
    return found


def read_before(run: Run, planned: Planned) -> int:
    """How many pictures the shards hold that are there already."""
    there = {entry.name for entry in run.place.entries() if SHARDS.fullmatch(entry.name)}
    return sum(shard.count for shard in planned.shards if run.shard_name(shard) in there)


def write_json(place: Place, name: str, told: Mapping[str, Any]) -> None:
    place.write(name, io.BytesIO((json.dumps(told, indent=1) + "\n").encode()))


def _about(place: Place) -> dict[str, Any] | None:
    """What is told of the run there. Raises Mistake for a run.json of somebody else's."""
    if place.entry(ABOUT) is None:
        return None
    try:
        found = json.loads(place.read(ABOUT, MOST_BYTES))
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("made_by") != MADE_BY:
        raise Mistake(f"there is a {ABOUT} that this command didn't write: name another folder")
    return found


def _clear(place: Place) -> None:
    place.delete(SUMMARY)  # first: without it the rest is unfinished
    for entry in [*place.entries()]:
        if SHARDS.fullmatch(entry.name):
            place.delete(entry.name)
    for name in (PLAN, SCHEMA, ABOUT):
        place.delete(name)


def _difference(before: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """What they differ in, for a sentence."""
    words = {"source": "other input", "version": "other weights", "fingerprint": "an input that has changed since"}
    found = [words.get(key, f"another {key}") for key in about if before.get(key) != about[key]]
    return found[0]


def _within(run: Run) -> str:
    """The output's folder as a name below the input's root, if it is there: it is no input."""
    below, output = open_place(run.source.root).url.rstrip("/") + "/", run.place.url
    return output.removeprefix(below) + "/" if output.startswith(below) else ""
