"""`python -m training data · fit · evaluate · predict · review · publish · improve · paths · unipen · examples`.

Each command imports what it needs.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from function.errors import DigitsError
from function.formats import BUNDLED
from function.network.architectures import ARCHITECTURES
from training.corrections.verdicts import VERDICTS
from training.data.drawings import NUMBERS, OTHERS
from training.data.sets import MNIST, PENS, NoData
from training.releasing import publish as publishing
from training.releasing.watch import NotServed

STOPPED = 130  # the shell's status for a program that Ctrl-C ended
# What to do about it, by command.
AGAIN = {"fit": "; --resume continues the run", "data": "; the same command goes on from here"}


def parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """The command line; DIGITS_DATA is the default of --data."""
    top = argparse.ArgumentParser("python -m training", description="Train, score and publish digit readers.")
    commands = top.add_subparsers(dest="command", required=True)
    data = argparse.ArgumentParser(add_help=False)
    folder = Path(environ["DIGITS_DATA"]) if environ.get("DIGITS_DATA") else None
    data.add_argument(
        "--data",
        type=Path,
        default=folder,
        metavar="FOLDER",
        help=f"folder with {MNIST} and {PENS}, as the command `data` makes it (default: DIGITS_DATA)",
    )
    weights = argparse.ArgumentParser(add_help=False)
    weights.add_argument("--weights", type=Path, default=BUNDLED, help="default: the release that ships with the code")

    filling = commands.add_parser(
        "data",
        help="fill a folder with what training learns from",
        description=f"Makes {MNIST} (11 MB by Keras); {PENS}, {OTHERS} and {NUMBERS} (of UNIPEN's release, 156 MB); "
        "and doodles.npz (14 MB of Quick, Draw!). What is there stays as it is; each is optional.",
    )
    filling.add_argument("folder", type=Path, help="the folder to fill; it is made where there is none")
    filling.add_argument(
        "--unipen",
        type=Path,
        metavar="PATH",
        help="UNIPEN train_r01_v07, as a folder, .tgz, .tar or .zip (default: download its 156 MB)",
    )

    fit = commands.add_parser("fit", parents=[data], help="train a network")
    fit.add_argument(
        "--profile",
        default="quick",
        help="how thoroughly: quick takes minutes, full is the shipped recipe, touch is for --start, "
        "smoke only tries that all is there (default: %(default)s)",
    )
    fit.add_argument(
        "--architecture",
        metavar="NAME",
        help=f"which network to train: {', '.join(ARCHITECTURES)} (default: the profile's, or that of --start)",
    )
    fit.add_argument("--out", type=Path, help="the run's folder (default: one in runs/, named for what it is)")
    fit.add_argument("--seed", type=int, default=0, help="decides all that is random (default: %(default)s)")
    fit.add_argument("--resume", action="store_true", help="continue a run that was stopped, with the same options")
    fit.add_argument("--start", type=Path, metavar="FILE", help="begin with these weights, at a tenth of the rate")
    fit.add_argument("--feedback", metavar="URL", help="learn from the corrections there, too: those with a verdict")
    fit.add_argument("--verdicts", type=Path, default=Path("review") / VERDICTS, help="default: %(default)s")
    fit.add_argument("--unreviewed", action="store_true", help="take corrections without a verdict at their word")

    evaluate = commands.add_parser("evaluate", parents=[data, weights], help="score weights and write a report")
    evaluate.add_argument("--out", type=Path, default=Path("report"))
    evaluate.add_argument("--few", type=_count, help="only so many pictures of each set, for a look")
    evaluate.add_argument("--record", action="store_true", help="for a release: scores into the file and beside it")

    predict = commands.add_parser("predict", parents=[weights], help="read one picture")
    predict.add_argument("picture", type=Path)
    predict.add_argument("--plot", type=Path, metavar="FILE", help="draw what the network saw into a PNG")

    reviewing = commands.add_parser("review", parents=[weights], help="show corrected drawings, to give verdicts on")
    reviewing.add_argument("feedback", help="where they are: the function's FEEDBACK_URL")
    reviewing.add_argument("--out", type=Path, default=Path("review"), help="folder for the sheet and the verdicts")

    publish = commands.add_parser("publish", parents=[data], help="examine weights and upload them, or roll back")
    publishing.add_arguments(publish)

    improve = commands.add_parser("improve", parents=[data], help="review, fit, evaluate, publish, asking in between")
    improve.add_argument("feedback", help="where the corrections are: the function's FEEDBACK_URL")
    improve.add_argument("url", help="where the function reads its weights: its WEIGHTS_URL")
    improve.add_argument("--function", metavar="URL", help="wait until the function there answers with the new weights")
    improve.add_argument("--start", type=Path, default=BUNDLED, help="begin with these (default: the bundled ones)")
    improve.add_argument("--profile", default="quick", help="see training/learning/profiles.py for their cost")
    improve.add_argument("--review", type=Path, default=Path("review"), help="folder for the sheet and your verdicts")
    improve.add_argument("--out", type=Path, help="folder for the run and its report (default: one in runs/)")
    improve.add_argument("--few", type=_count, help="evaluate on only so many pictures of each set")
    improve.add_argument("--yes", action="store_true", help="answer every question with yes; verdicts are still yours")

    paths = commands.add_parser(
        "paths",
        parents=[data, weights],
        help="fit how numbers are read to weights, and compare",
        description="Fits the weights of function/digit/fitted.py, by which the function scores a number's paths, "
        "to what the network makes of numbers and of what is none; minutes. For each new network.",
    )
    either = paths.add_mutually_exclusive_group()  # of a few words, no one can tell how many pass
    either.add_argument("--few", type=_count, help="only so many pictures of each set and half, for a look")
    either.add_argument("--write", action="store_true", help="put them into function/digit/fitted.py")

    unipen = commands.add_parser(
        "unipen",
        help="make files of pen strokes from any part of a UNIPEN release",
        description=f"Makes {PENS} (category 1a), {OTHERS} (1b, 1c, 1d, 6) and {NUMBERS} (7), of what is there.",
    )
    unipen.add_argument("release", type=Path, help="train_r01_v07, as a folder, .tgz, .tar or .zip")
    unipen.add_argument(
        "--out", type=Path, default=Path(PENS), help="of the digits; the others lie beside it (default: %(default)s)"
    )

    examples = commands.add_parser("examples", help="draw the golden digits and the tests' pictures again")
    examples.add_argument("--golden", type=Path, default=BUNDLED.with_name("golden.png"))
    examples.add_argument("--pictures", type=Path, default=Path("tests/digits"))
    return top


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Runs one command; returns the exit status."""
    options = parser(environ).parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except (NoData, NotServed, DigitsError, OSError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped{AGAIN.get(options.command, '')}", file=sys.stderr)
        return STOPPED
    return 0


def _data(options: argparse.Namespace) -> None:
    from training.data.supply import fill

    if missing := fill(options.folder, options.unipen):
        raise NoData(
            f"{options.folder} lacks {' and '.join(missing)}. The same command tries again; "
            f"python -m training fit --data {options.folder} begins with what there is"
        )
    print(f"Complete. Next: python -m training fit --data {options.folder}")


def _fit(options: argparse.Namespace) -> None:
    from training.fitting import run

    run(
        options.profile,
        options.seed,
        options.data,
        options.out,
        architecture=options.architecture,
        resume=options.resume,
        start=options.start,
        feedback=options.feedback,
        verdicts=options.verdicts,
        unreviewed=options.unreviewed,
    )


def _evaluate(options: argparse.Namespace) -> None:
    from training.measuring.report import run

    run(options.weights, options.data, options.out, options.few, is_release=options.record)


def _predict(options: argparse.Namespace) -> None:
    from training.measuring.predict import run

    run(options.picture, options.weights, options.plot)


def _review(options: argparse.Namespace) -> None:
    from training.corrections.review import run

    run(options.feedback, options.weights, options.out)


def _improve(options: argparse.Namespace) -> None:
    from training.improving import Plan, improve

    improve(Plan(**{name: value for name, value in vars(options).items() if name != "command"}))


def _paths(options: argparse.Namespace) -> None:
    from training.paths.command import run

    run(options.weights, options.data, options.few, options.write)


def _unipen(options: argparse.Namespace) -> None:
    from training.data.release import convert_any

    convert_any(options.release, options.out)


def _examples(options: argparse.Namespace) -> None:
    from training.data.examples import write_all

    count = write_all(options.golden, options.pictures)
    print(f"{options.golden}\n{options.pictures}: {count} pictures")


COMMANDS = {
    "data": _data,
    "fit": _fit,
    "evaluate": _evaluate,
    "predict": _predict,
    "review": _review,
    "publish": publishing.run,
    "improve": _improve,
    "paths": _paths,
    "unipen": _unipen,
    "examples": _examples,
}

if __name__ == "__main__":
    sys.exit(main())
