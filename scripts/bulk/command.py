"""What the command does, and what it says where something is wrong."""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from function.errors import DigitsError
from scripts.bulk.inputs import find_input
from scripts.bulk.labels import read_labels
from scripts.bulk.mistakes import Mistake
from scripts.bulk.outputs import bq_line
from scripts.bulk.places import BUCKET
from scripts.bulk.plan import MOST_SHARD, SHARD
from scripts.bulk.runs import SUMMARY, Run, begin, summary_of
from scripts.bulk.weights import find_weights

STOPPED = 130  # the shell's status for a program that Ctrl-C ended
CLOUD = ("DataflowRunner",)  # whose workers see no disk of ours; other runners' may
INSTALL = "pip install -r requirements/bulk.txt"
DESCRIPTION = """Read every picture of a folder, a bucket or a table, on Apache Beam; one line each.

INPUT is a folder, a glob such as 'scans/**/*.png' or 'gs://bucket/scans/*.png', a .csv of 784 numbers a line (with a
label, with a header, as Kaggle's), a .jsonl of such lists or of {"name", "image"}, or MNIST's own -ubyte files; all but
pictures may be gzipped. Further options go to Beam's runner. docs/bulk.md tells more."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        "python -m scripts.bulk",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("input", metavar="INPUT")
    top.add_argument("--output", required=True, metavar="OUTPUT", help="a folder, or gs://bucket/prefix, of its own")
    top.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="of the output (default: %(default)s)")
    top.add_argument("--probabilities", action="store_true", help="add the ten probabilities of all as one digit")
    top.add_argument("--weights", default="", metavar="URL", help="default: the release that ships with the code")
    top.add_argument("--labels", default="", metavar="FILE", help="score what is read, and write a report")
    top.add_argument("--report", type=Path, default=Path("report"), metavar="FOLDER", help="default: %(default)s")
    top.add_argument("--anew", action="store_true", help="take away what another run left in OUTPUT")
    top.add_argument("--runner", default="DirectRunner", help="Beam's (default: %(default)s, which is this machine)")
    top.add_argument(
        "--workers", type=_count, default=os.cpu_count() or 1, help="processes on this machine (default: %(default)s)"
    )
    top.add_argument(
        "--shard", type=_count, default=SHARD, metavar="N", help="pictures in a file of output (default: %(default)s)"
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status; where Beam left threads that wait for nobody, the process ends here."""
    options, flags = parser().parse_known_args(arguments)
    try:
        return _run(options, flags)
    except (Mistake, DigitsError) as error:
        print(f"bulk: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        stays = "no longer waiting; the job goes on by itself, and gcloud dataflow jobs cancel ends it"
        return _end(
            STOPPED, "\n" + (stays if options.runner in CLOUD else "stopped; the same command goes on from here")
        )


def _run(options: argparse.Namespace, flags: list[str]) -> int:
    if not find_spec("apache_beam"):
        raise Mistake(f"Apache Beam isn't installed here: {INSTALL}")
    if options.shard > MOST_SHARD:
        raise Mistake(f"--shard is {options.shard}, and at most {MOST_SHARD}: a worker holds a shard's lines")
    logging.getLogger().setLevel(logging.ERROR)  # Beam has much to say, and the reason of an end is told here
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
    from scripts.bulk import following, pipeline

    beam = pipeline.options_of(flags, options.runner, options.workers)
    source, weights = find_input(options.input), find_weights(options.weights)
    run = Run(source, _output(options.output), weights, options.format, options.probabilities, options.shard)
    if options.runner in CLOUD:
        _check_reach(source.root, run.output, options.weights)
    labels = read_labels(options.labels) if options.labels else None
    with run.place.hold(), tempfile.TemporaryDirectory() as folder:
        planned = begin(run, anew=options.anew)
        if summary_of(run) is None:
            if pipeline.is_elsewhere(beam):
                pipeline.send_code(beam, Path(folder))
            try:
                following.follow(lambda: pipeline.submit(run, planned.shards, beam), run, planned)
            except following.Broken as error:
                return _end(1, f"bulk: {error}\nWhat is finished stays; the same command goes on from there.")
        tally = summary_of(run)
    if tally is None:
        raise Mistake(f"the runner ended without {run.output}/{SUMMARY}: its log tells why")
    _tell(run, tally)
    if labels:
        from scripts.bulk import scoring  # which brings training along

        print(scoring.report(run, planned, labels, weights.load(), options.report))
    return 0


def _check_reach(*urls: str) -> None:
    """Raises Mistake for what workers in the cloud couldn't reach."""
    if local := [url for url in urls if url and not url.startswith(BUCKET)]:
        raise Mistake(f"{local[0]} is on this machine, out of reach of workers in the cloud: expected {BUCKET}…")


def _tell(run: Run, tally: dict[str, int]) -> None:
    print(f"{sum(tally.values()):,} pictures, read by {run.weights.version}:")
    for kind, count in tally.items():
        print(f"{count:>12,} {kind}")
    print(f"in {run.output}; for BigQuery, there:\n{bq_line(run.output, run.form)}")


def _end(status: int, text: str) -> int:
    print(text, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _output(text: str) -> str:
    if not text.strip():
        raise Mistake("--output is empty: expected a folder, or gs://bucket/prefix")
    if "://" in text:
        return text.rstrip("/")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise Mistake(f"{path} is no folder")
    return str(path)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)
