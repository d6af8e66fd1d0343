"""The owner's verdicts on corrected drawings: a text file with a line for each, to be edited by hand."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from function.dialects.correcting import LABELS, NONE
from function.store.folder import write_whole
from training.data.sets import NoData

VERDICTS = "verdicts.txt"
KEEP, DROP, OPEN = "keep", "drop", "?"
WORDS: Final = (KEEP, DROP, OPEN, *sorted(LABELS))
HEAD = f"""\
# What becomes of each corrected drawing: the first word of its line, which you change.
#   {KEEP}   it is what its label says, and is trained on
#   {DROP}   it is never trained on
#   0 … 9  it is this digit instead, and is trained on as such
#   {NONE}   it is no digit at all, and is trained on as such
#   {OPEN}      nobody has looked at it: it isn't trained on
# index.html beside this file shows the open ones in this order, the suspicious first.
# When all that are still open are fine: sed -i 's/^? /{KEEP} /' {VERDICTS}
"""


def read_verdicts(path: Path) -> dict[str, str]:
    """Verdict by id; empty when there is no such file.

    Raises NoData, naming the line, for a word that is no verdict and for two verdicts on one drawing.
    """
    verdicts: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or words[0] not in WORDS:
            raise NoData(f"{path}, line {number}: expected one of {', '.join(WORDS)} and an id, got {line[:60]!r}")
        if verdicts.setdefault(words[1], words[0]) != words[0]:
            raise NoData(f"{path}, line {number}: a second verdict on {words[1]}, and another one")
    if any(line.strip() for line in lines) and not verdicts and lines[0] != HEAD.splitlines()[0]:
        raise NoData(f"{path} is there and holds no verdicts: name another folder with --out")
    return verdicts


def write_verdicts(path: Path, verdicts: Mapping[str, str], remarks: Iterable[tuple[str, str]]) -> None:
    """Writes a line for each (id, remark), in order; ids without a verdict are open. Replaces `path` in one step."""
    lines = [
        f"{verdicts.get(identity, OPEN):<4} {identity}" + (f"  # {remark}" if remark else "")
        for identity, remark in remarks
    ]
    write_whole(path, (HEAD + "\n" + "\n".join(lines) + "\n").encode())
