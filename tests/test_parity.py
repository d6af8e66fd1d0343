"""The page's own network reads drawings as the function's line does: what is seen, the probabilities, the kind."""

import base64
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from function.formats import BUNDLED
from function.network.float16 import packed
from function.network.loading import build
from scripts.environment import ROOT
from scripts.parity import (
    SIDE,
    Agreement,
    Own,
    compare,
    compared,
    held_out_drawings,
    held_out_numbers,
    levels,
    own_drawings,
    read_by_function,
    read_by_page,
    report,
)
from training.data.examples import rare_forms
from training.data.glyphs import PLAIN

NETWORK = build(BUNDLED)
LARGEST = 0.02  # difference of a probability
MOST_CLOSER = 0.02  # of drawings, a tenth of which are two digits, some over each other


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    return found


@pytest.fixture(scope="module")
def weights() -> bytes:
    found = packed(NETWORK, "1")
    assert found is not None
    return found.content


def assert_agreed(agreement: Agreement, wrong: list[int]) -> None:
    assert wrong == [], report("disagreed", agreement)
    everywhere = agreement.drawings
    assert agreement.seen == agreement.nearest == agreement.looked == everywhere
    assert agreement.told == everywhere - agreement.left - agreement.closer
    assert agreement.closer <= MOST_CLOSER * everywhere
    assert agreement.probability <= LARGEST


def test_on_drawings_of_our_own(node: str, weights: bytes, say: Callable[[str], None]) -> None:
    pictures = [*own_drawings(240, np.random.default_rng(1))]
    agreement, wrong = compare(pictures, NETWORK, weights, node)
    say(report("own glyphs", agreement))
    assert_agreed(agreement, wrong)
    assert 0 < agreement.left < agreement.drawings / 3


def test_on_digits_and_numbers_of_other_people(
    node: str, weights: bytes, data: Path, say: Callable[[str], None]
) -> None:
    rng = np.random.default_rng(1)
    pictures = [*held_out_drawings(data, 120, rng), *held_out_numbers(data, 30, rng)]
    agreement, wrong = compare(pictures, NETWORK, weights, node)
    say(report("other people", agreement))
    assert_agreed(agreement, wrong)


def test_on_pictures_without_ink_and_on_paper_that_is_not_the_pad_s(node: str, weights: bytes) -> None:
    blank = levels(np.zeros((SIDE, SIDE), np.float32))
    faint = blank.copy()
    faint[100:150, 100:110] -= 9  # fainter than people see
    specks = blank.copy()
    specks[50, 50:54] = 0  # as few as a camera's hot pixels
    uneven = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), np.uint8)
    found, _ = read_by_page([blank, faint, specks, uneven], weights, node)
    assert [one.kind for one in found] == ["blank", "blank", "blank", "unplain"]
    assert [read_by_function(each, NETWORK).reading for each in (blank, faint, specks)] == [None] * 3


READ_IN_BROWSER = """async ({ weights, drawings }) => {
    const [{ parseWeights }, { createNetwork }, { levelsOf }, { read }, { pictureOf }] = await Promise.all(
        ["network/file", "network/network", "network/levels", "network/read", "picture"].map(
            (name) => import(new URL(`js/${name}.js`, document.baseURI).href)));
    const network = createNetwork(parseWeights(Uint8Array.from(atob(weights), (byte) => byte.charCodeAt(0)).buffer));
    const canvas = document.createElement("canvas");
    return drawings.map((strokes) => {
        const picture = pictureOf(canvas, { strokes, upload: null });
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const { digit, ...reading } = read(levelsOf(pixels), network);
        return { picture, ...reading, digit: [...digit] };
    });
}"""


def drawings_on_the_pad(count: int, rng: np.random.Generator) -> Iterator[list[dict[str, Any]]]:
    """Our own glyphs as the page keeps strokes, some pressed unevenly, some half erased."""
    forms = [example.drawing.strokes for example in rare_forms()]
    for index in range(count):
        scale, width = rng.uniform(200, 900), int(rng.integers(16, 90))
        corner = rng.uniform(0, 1000 - scale, 2)
        strokes: list[dict[str, Any]] = []
        for stroke in forms[rng.integers(len(forms))]:
            points = np.clip(corner + stroke * scale, 0, 1000).round().astype(int).tolist()
            pressures = rng.integers(10, 100, len(points)) if index % 3 == 1 else [50] * len(points)
            pressed = [[x, y, int(pressure)] for (x, y), pressure in zip(points, pressures, strict=True)]
            strokes.append({"tool": "pen", "width": width, "points": pressed})
        if index % 3 == 2:
            end = [[int(x), int(y), 50] for x, y in corner + scale * rng.uniform(0, 1, (2, 2))]
            strokes.append({"tool": "eraser", "width": 60, "points": end})
        yield strokes


def test_on_what_the_page_s_own_canvas_shows_in_a_browser(page: Any, weights: bytes) -> None:
    """Curves, pressure and an eraser's soft edge, sent as the very PNG that the function is sent."""
    drawings = [*drawings_on_the_pad(45, np.random.default_rng(3))]
    sent = {"weights": base64.b64encode(weights).decode(), "drawings": drawings}
    found = page.evaluate(READ_IN_BROWSER, sent)
    own = [
        Own(
            one["kind"],
            one["text"],
            one["nearest"],
            one["known"],
            one["probabilities"],
            np.array(one["digit"], np.float32).reshape(28, 28),
        )
        for one in found
    ]
    pictures = [Image.open(io.BytesIO(base64.b64decode(one["picture"].partition(",")[2]))) for one in found]
    theirs = [read_by_function(np.asarray(picture.convert("L")), NETWORK) for picture in pictures]
    assert_agreed(*compared(own, theirs, NETWORK))
    assert len({one.nearest for one in own}) > 4


def test_a_difference_would_be_found(node: str, weights: bytes) -> None:
    (picture,) = own_drawings(1, np.random.default_rng(2))
    (good,), _ = read_by_page([picture], weights, node)
    theirs = read_by_function(picture, NETWORK)
    assert compared([good], [theirs], NETWORK)[1] == []
    assert good.digit is not None
    rolled = [*good.probabilities[1:], good.probabilities[0]]
    for other in (
        Own("several", good.text, good.nearest, good.known, good.probabilities, good.digit),
        Own(good.kind, "x", good.nearest, good.known, good.probabilities, good.digit),
        Own(good.kind, good.text, good.nearest + 1, good.known, good.probabilities, good.digit),
        Own(good.kind, good.text, good.nearest, good.known, good.probabilities, np.roll(good.digit, 1)),
        Own("blank", "", 0, 0, [], None),
    ):
        assert compared([other], [theirs], NETWORK)[1] == [0]
    agreement, _ = compared(
        [Own(good.kind, good.text, good.nearest, good.known, rolled, good.digit)], [theirs], NETWORK
    )
    assert agreement.probability > LARGEST


def test_shares_of_strokes_are_of_the_weights_and_not_of_chance(node: str, tmp_path: Path) -> None:
    """Printed for docs/reading.md; the strokes of our own glyphs, each in three pieces."""
    lines = []
    for strokes in PLAIN.values():
        points = [[1000 * float(x), 1000 * float(y)] for stroke in strokes for x, y in stroke]
        cuts = [round(share * (len(points) - 1)) for share in (0, 1 / 3, 2 / 3, 1)]
        pieces = [points[start : end + 1] for start, end in pairwise(cuts)]
        lines.append(json.dumps({"strokes": pieces}))
    drawings = tmp_path / "drawings.jsonl"
    drawings.write_text("\n".join(lines), "utf-8")
    weights = ROOT / "web" / "weights" / "digits.safetensors"
    command = [node, "scripts/shares.mjs", str(weights)]
    told = subprocess.run([*command, str(drawings)], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (count, correlation) = re.findall(r"^(\d+) drawings .* weights (-?[\d.]+);", told)[0]
    assert int(count) >= 5
    assert float(correlation) < 0.6
    none = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (none.returncode, none.stdout) == (2, "")
    assert "expected two files" in none.stderr
