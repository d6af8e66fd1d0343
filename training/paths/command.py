"""What the command `paths` does: weights of a network → those of its numbers' paths, compared with what they were."""

from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from function.digit import fitted as module
from function.digit.fitted import FITTED, Fitted
from function.network.about import about_of
from function.network.keras import load_keras
from function.store.folder import write_whole
from training.data.sets import NoData
from training.paths.crossed import fit_crossed
from training.paths.seen import Item, look
from training.paths.shown import KINDS, how_many, load_halves, show
from training.paths.tables import compared, constants, trade_off

SHIPPED = Path(module.__file__)
HEAD = "\n\n# Fitted to"  # where what is written begins


def run(weights: Path, data: Path | None, few: int | None = None, is_written: bool = False) -> None:
    """Fits the weights of paths to what a network's weights make of numbers, and prints what that changes.

    few         only so many pictures of each set and half, for a look
    is_written  puts them into function/digit/fitted.py

    Raises NoData, and WeightsRefused for a file that can't be read.
    """
    network = load_keras(weights)
    halves = load_halves(data)
    shown = tqdm(show(halves, few), total=how_many(halves, few), desc="reading", unit="picture", leave=False)
    items = list(look(shown, network))
    new, crossed = fit_crossed(items)
    print(compared(items, FITTED, crossed))
    print(trade_off(items, FITTED, crossed, new.least_sure))
    print(constants(FITTED, new))
    if is_written:
        write(SHIPPED, new, f"the weights {about_of(weights).digest[:12]} on {_counted(items)}")
        print(f"written: {SHIPPED}")


def write(path: Path, fitted: Fitted, source: str) -> None:
    """Replaces the end of the module at `path`, from HEAD on. Raises NoData where that isn't found."""
    before, found, _ = path.read_text("utf-8").partition(HEAD)
    if not found:
        raise NoData(f"{path} has no line that begins with {HEAD.strip()!r}: it is not what was written last")
    lines = [f"{HEAD} {source}.", "FITTED = Fitted("]
    for part in ("scores", "odds"):
        values = getattr(fitted, part)
        lines.append(f"    {part}={type(values).__name__}(")
        lines += [f"        {name}={value:.2f}," for name, value in values._asdict().items()]
        lines.append("    ),")
    lines += [f"    least_sure={fitted.least_sure:.2f},", ")", ""]
    write_whole(path, (before + "\n".join(lines)).encode())


def _counted(items: Sequence[Item]) -> str:
    numbers = sum(item.kind in KINDS for item in items)
    return f"{numbers:,} pictures of numbers and {len(items) - numbers:,} others"
