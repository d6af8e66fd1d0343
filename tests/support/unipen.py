"""A UNIPEN release in miniature, laid out and written as the real one is."""

import random
from pathlib import Path

WRITERS = 3
# What each writer wrote, by category: the segments of a data file, whose strokes are components 0 to 9 of the writer's.
MARKS = {
    "1a/syn": [f'CHARACTER {digit} ? "{digit}"' for digit in range(10)],
    "1b/kai": ['CHARACTER 0-1 ? "A"', 'CHARACTER 2 OK "Z"', 'CHARACTER 3 ? "a"'],
    "1c/lav": ['CHARACTER 4 OK "a"', 'CHARACTER 5-6 BAD "z"', 'CHARACTER 7 ? "3"'],
    "1d/tos": [r'CHARACTER 0-1 ? "\""', r'CHARACTER 2 ? "\\"', r'CHARACTER 3 ? "\/"', 'CHARACTER 4 ? "~"'],
    "6/sta": ['WORD 0-4 BAD "weather"', 'WORD 5,7-9 OK "the"', 'WORD 6 ? "pitter-patter"', 'WORD 1 ? "extraordinary"'],
    "7/apd": ['WORD 0-1 ? "42"', 'WORD 2-6 OK "08976"', 'WORD 7 ? "7"', 'WORD 8 ? "11:30"', 'WORD 9 ? "x104"'],
}
OTHERS_TEXTS = ["A", "Z", "a", "z", '"', "\\", "/", "~", "weather", "the"]  # of these, what pen-others keeps, by writer
NUMBERS_TEXTS = ["42", "08976"]


def write_release(root: Path) -> Path:
    """`root`, with all that the categories mark; the digits, letters, signs and words of three writers."""
    for writer in range(WRITERS):
        ink = root / f"include/own/{writer}.dat"
        ink.parent.mkdir(parents=True, exist_ok=True)
        ink.write_text("".join(f".PEN_DOWN\n{_points(digit, writer)}\n.PEN_UP\n" for digit in range(10)))
        for folder, marks in MARKS.items():
            path = root / "data" / folder / f"{writer}.dat"
            path.parent.mkdir(parents=True, exist_ok=True)
            segments = "".join(f".SEGMENT {mark}\n" for mark in marks)
            path.write_text(f".VERSION 1.0\n.INCLUDE own/{writer}.dat\n{segments}")
    (root / "data/8/syn").mkdir(parents=True)
    (root / "data/8/syn/text.dat").write_text("of a category that nothing is made of")
    return root


def _points(digit: int, writer: int) -> str:
    """Points that tell writers apart, and don't pack well, so that an archive can be cut in many places."""
    chance = random.Random(f"{digit} {writer}")
    return "\n".join(f"{chance.randrange(10**6)} {chance.randrange(10**6)}" for _ in range(200))
