"""Doodles by players of Quick, Draw!, which are no digits: the head of each of Google's files of 28×28 pictures.

Source: github.com/googlecreativelab/quickdraw-dataset, CC BY 4.0: one .npy a kind, (n, 784) uint8, 255 = ink.
"""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.store.folder import write_whole
from training.data.downloads import head
from training.data.sets import NoData

DOODLES = "doodles.npz"
URL = "https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap"
PIXELS = 28 * 28
OF_EACH = 100  # drawings of a kind: kinds differ more than the drawings of one
HEADER = 128  # bytes that a .npy begins with, at most: NumPy wrote 80 for such files, and later 128
# The kinds that the shipped recipe was measured with, of Google's 345. A few are bare outlines or lines, as digits are.
_KINDS = """
    The Eiffel Tower, The Mona Lisa, airplane, ambulance, animal migration, anvil, arm, axe, banana, barn, baseball,
    basketball, bathtub, bear, bed, belt, bicycle, bird, blackberry, book, bottlecap, bracelet, bread, broccoli, bucket,
    bus, butterfly, cake, calendar, camera, campfire, cannon, car, castle, ceiling fan, cello, chandelier, circle,
    clock, coffee cup, computer, cooler, cow, crayon, crown, cup, dishwasher, dog, donut, dragon, drill, duck, ear,
    elephant, eraser, eyeglasses, fan, fence, fire hydrant, firetruck, flamingo, flip flops, flower, foot, frog, garden
    hose, giraffe, golf club, grass, hamburger, hand, hat, hedgehog, helmet, hockey puck, horse, hot air balloon, hot
    tub, house plant, hurricane, jacket, kangaroo, keyboard, knife, lantern, leaf, light bulb, lighthouse, line,
    lipstick, lollipop, map, matches, mermaid, microwave, moon, motorbike, mouse, mouth, mushroom, necklace, ocean,
    octopus, oven, paint can, palm tree, pants, parachute, passport, pear, pencil, piano, picture frame, pillow, pizza,
    police car, pool, postcard, power outlet, rabbit, radio, rainbow, remote control, rifle, roller coaster, sailboat,
    saw, school bus, scorpion, sea turtle, shark, shoe, shovel, skateboard, skyscraper, smiley face, snake, snowflake,
    soccer ball, speedboat, spoon, square, squirrel, star, stereo, stitches, stove, streetlight, submarine, sun,
    sweater, sword, t-shirt, teapot, telephone, tennis racquet, tiger, toe, tooth, toothpaste, tractor, train, triangle,
    truck, umbrella, van, violin, watermelon, whale, windmill, wine glass, yoga, zigzag
"""
KINDS = tuple(" ".join(_KINDS.split()).split(", "))


def make_doodles(path: Path, url: str = URL, kinds: Sequence[str] = KINDS, of_each: int = OF_EACH) -> int:
    """Writes `path`: pictures (n, 28, 28) uint8, 255 = ink, and names (n,); returns n.

    What is downloaded lies beside it until all is there, so that the next call goes on where one was stopped.

    Raises NoData when one kind can't be downloaded, or is no such file.
    """
    beside = path.with_name(f"{path.name}.part")
    pictures, names = [], []
    for kind in tqdm(kinds, desc=f"downloading {path.name}", unit="kind"):
        file = beside / f"{kind}.npy"
        if not file.exists():
            content = head(f"{url}/{quote(kind)}.npy", HEADER + of_each * PIXELS)
            pictures_in(content, of_each, kind)
            beside.mkdir(exist_ok=True)
            write_whole(file, content)
        pictures.append(pictures_in(file.read_bytes(), of_each, kind))
        names += [kind] * len(pictures[-1])
    packed = io.BytesIO()
    np.savez_compressed(packed, pictures=np.concatenate(pictures), names=np.array(names))
    write_whole(path, packed.getvalue())
    shutil.rmtree(beside)
    return len(names)


def pictures_in(content: bytes, most: int, kind: str) -> NDArray[np.uint8]:
    """The first pictures, `most` at most, of a .npy's first bytes. Raises NoData for anything else."""
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, columns_first, kind_of_number = read(file)
        if columns_first or kind_of_number != np.uint8 or len(shape) != 2 or shape[1] != PIXELS:
            raise ValueError(f"an array of {shape} {kind_of_number}")
    except (ValueError, OSError) as error:
        raise NoData(f"What came for {kind!r} is no file of doodles: {error}") from error
    count = min(most, shape[0])
    pixels = np.frombuffer(content, np.uint8, offset=file.tell())[: count * PIXELS]
    if not count or len(pixels) < count * PIXELS:
        raise NoData(f"The connection ended early: of {kind!r} came {len(pixels) // PIXELS} of {count} doodles")
    return pixels.reshape(-1, 28, 28)
