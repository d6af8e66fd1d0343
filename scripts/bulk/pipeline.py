"""A run on Apache Beam: each shard is one element, read by one worker from end to end, and written whole.

So nothing but shards' numbers goes between workers, a worker holds one batch and one file of lines, and a shard that is
begun again, by this run or the next, is the same.
"""

import io
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.options.pipeline_options import (
    DirectOptions,
    PipelineOptions,
    PortableOptions,
    SetupOptions,
    StandardOptions,
)
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment
from apache_beam.utils.shared import Shared

from function.network.network import Network
from scripts.bulk.mistakes import Mistake
from scripts.bulk.outputs import decoded, encoded
from scripts.bulk.places import open_place
from scripts.bulk.plan import Shard
from scripts.bulk.reading import AHEAD, Line, items, lines
from scripts.bulk.runs import SUMMARY, Run, write_json
from scripts.bulk.shipping import write_wheel

HERE = ("DirectRunner", "FnApiRunner")  # what runs on this machine; Beam's first choice for it is a download
MOST_BYTES = 2**31  # of a shard that is there already, and is counted

Tally = dict[str, int]  # pictures by what was read there: a kind, or refused and the problem's code


class ReadShard(beam.DoFn):
    """Shards → tallies. What is there already is only counted."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._shared = Shared()

    def setup(self) -> None:
        self._network: Network = self._shared.acquire(self._run.weights.load)  # once a process, for all its threads
        self._fetching = ThreadPoolExecutor(AHEAD)

    def process(self, shard: Shard) -> Iterator[Tally]:
        run = self._run
        name = run.shard_name(shard)
        if run.place.entry(name):
            told = decoded(run.place.read(name, MOST_BYTES), run.form)
            tally = Counter(_kind(each["kind"], each["problem"]) for each in told)
        else:
            tally = Counter()
            found = items(run.slices(shard), open_place(run.source.root), self._fetching)
            read = _counted(lines(found, self._network), tally)
            data = encoded(read, run.form, run.weights.version, probabilities=run.probabilities)
            if tally.total() != shard.count:
                raise Mistake(f"{run.source.root} was changed while it was read: {name} lacks pictures")
            run.place.write(name, io.BytesIO(data))
        for kind, count in tally.items():
            Metrics.counter("digits", kind).inc(count)
        yield dict(tally)

    def teardown(self) -> None:
        self._fetching.shutdown()


class Finish(beam.DoFn):
    """The tally of all shards → the file that says that they are all there."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def process(self, tally: Tally) -> None:
        write_json(self._run.place, SUMMARY, {"version": self._run.weights.version, "pictures": tally})


def options_of(flags: list[str], runner: str, workers: int) -> PipelineOptions:
    """Beam's options. Raises Mistake for what Beam doesn't know."""
    if wrong := [flag for flag in flags[:1] if not flag.startswith("--")]:
        raise Mistake(f"what is {wrong[0]}? There is one INPUT, before all options; quote a glob")
    options = PipelineOptions(flags, runner=runner)
    try:
        known, all_ = options.get_all_options(), options.get_all_options(retain_unknown_options=True)
    except SystemExit:
        raise Mistake("an option of Beam's is wrong, as told above") from None
    if unknown := sorted(set(all_) - set(known)):
        raise Mistake(f"no option is called --{unknown[0]}, neither here nor in Beam's {runner}")
    if runner in HERE:
        options.view_as(DirectOptions).direct_num_workers = workers
    portable = options.view_as(PortableOptions)
    if portable.job_endpoint == "embed" and not portable.environment_type:
        portable.environment_type = "LOOPBACK"  # in this process: Beam's default is a container
    return options


def is_elsewhere(options: PipelineOptions) -> bool:
    """Whether workers run where our code isn't."""
    is_here = options.view_as(StandardOptions).runner in HERE
    return not is_here and options.view_as(PortableOptions).environment_type != "LOOPBACK"


def send_code(options: PipelineOptions, folder: Path) -> None:
    """Has workers install our code, which is put into `folder` for that."""
    setup = options.view_as(SetupOptions)
    setup.extra_packages = [*(setup.extra_packages or []), str(write_wheel(folder))]


def submit(run: Run, shards: list[Shard], options: PipelineOptions) -> Any:
    """Runs it, or begins to; Beam's result. Raises whatever the runner does."""
    runner = options.view_as(StandardOptions).runner
    workers = options.view_as(DirectOptions).direct_num_workers
    pipeline = beam.Pipeline(runner=_here(workers) if runner in HERE else runner, options=options)
    _ = (
        pipeline
        | "shards" >> beam.Create(shards)
        | "to all workers" >> beam.Reshuffle()
        | "read" >> beam.ParDo(ReadShard(run))
        | "count" >> beam.CombineGlobally(_together)
        | "finish" >> beam.ParDo(Finish(run))
    )
    return pipeline.run()


def _here(workers: int) -> FnApiRunner:
    """What runs on this machine: in this process, or in several."""
    if workers == 1:
        return FnApiRunner()
    command = f"exec {shlex.quote(sys.executable)} -m scripts.bulk.worker"
    return FnApiRunner(SubprocessSDKEnvironment.from_command_string(command))


def _counted(read: Iterable[Line], tally: Counter[str]) -> Iterator[Line]:
    for line in read:
        tally[_kind(line.kind, line.problem)] += 1
        yield line


def _kind(kind: str, problem: str) -> str:
    return f"{kind}: {problem}" if problem else kind


def _together(tallies: Iterable[Tally]) -> Tally:
    whole: Counter[str] = Counter()
    for tally in tallies:
        whole.update(tally)
    return dict(sorted(whole.items()))
