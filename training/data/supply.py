"""What fills a folder of data for somebody who has none: MNIST, UNIPEN's pen strokes, and doodles."""

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.store.folder import write_whole
from training.data.archives import Unreadable
from training.data.categories import PARTS
from training.data.doodles import DOODLES, make_doodles
from training.data.downloads import download
from training.data.release import convert
from training.data.sets import MNIST, NoData, NoPart, by_hand, keras_mnist

RELEASE = "unipen-CDROM-train_r01_v07.tgz"
UNIPEN = f"https://zenodo.org/api/records/1195803/files/{RELEASE}/content"  # doi 10.5281/zenodo.1195803, CC BY 4.0
# Zeros to nines of the sources that have a side, in the complete release. Nobody counted its other categories for us.
COUNTS = (1080, 1045, 1023, 986, 1016, 965, 987, 1022, 1032, 1028)
PHOTOS = "photo-cells.zip"
PHOTOS_BY_HAND = (
    "{path} is made by hand, where it is wanted: photographs of a grid's cells, blank ones among them, "
    "of github.com/AlexKubiesa/sudoku-scanner (MIT). docs/learning.md says how"
)
Reason = NoData | OSError


def fill(
    folder: Path,
    unipen: Path | None = None,
    *,
    url: str = UNIPEN,
    counts: Sequence[int] = COUNTS,
    mnist: Callable[[], Mapping[str, NDArray[Any]]] = keras_mnist,
    doodles: Callable[[Path], int] = make_doodles,
) -> list[str]:
    """Makes what `folder` lacks, and the folder; the names of what can't be had, after saying why.

    What is there stays as it is. The release is downloaded and unpacked once for all that is made of it.

    unipen  the release, as an unpacked folder or an archive; None = it is downloaded from `url`
    counts  how many zeros to nines must come out of it
    """
    folder.mkdir(parents=True, exist_ok=True)
    makers: Sequence[tuple[Sequence[str], Callable[[list[Path]], Mapping[str, Reason]]]] = (
        ([MNIST], partial(_make_mnist, mnist)),
        ([*PARTS], partial(_make_pens, unipen, url, counts)),
        ([DOODLES], partial(_make_doodles, doodles)),
    )
    missing: list[str] = []
    for names, make in makers:
        lacking = [folder / name for name in names if not (folder / name).exists()]
        for name in names:
            if folder / name not in lacking:
                print(f"{folder / name} is there, and stays as it is", flush=True)
        failed: Mapping[str, Reason] = {}
        try:
            failed = make(lacking) if lacking else {}
        except (NoData, OSError) as error:
            failed = {path.name: error for path in lacking}
        for name, reason in failed.items():
            print(f"{folder / name} can't be made. {reason}", file=sys.stderr, flush=True)
        missing += failed
    if not (folder / PHOTOS).exists():
        print(PHOTOS_BY_HAND.format(path=folder / PHOTOS), flush=True)
    return missing


def _make_mnist(fetched: Callable[[], Mapping[str, NDArray[Any]]], paths: Sequence[Path]) -> Mapping[str, Reason]:
    """Writes the one path, under Keras's keys."""
    (path,) = paths
    print(f"{path}: MNIST by Keras, 11 MB …", flush=True)
    try:
        arrays: dict[str, Any] = dict(fetched())
    except NoPart as error:
        raise NoData(f"{error}. {by_hand(path.parent)}") from error
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    write_whole(path, file.getvalue())
    print(f"{path}: {len(arrays['x_train']) + len(arrays['x_test']):,} digits", flush=True)
    return {}


def _make_pens(unipen: Path | None, url: str, counts: Sequence[int], paths: Sequence[Path]) -> Mapping[str, Reason]:
    """Writes the paths. A downloaded archive is removed when it is used up, or of no use."""
    outs = {path.name: path for path in paths}
    if unipen is not None:
        return convert(unipen, outs, counts, whole=True)
    folder = paths[0].parent
    print(f"{', '.join(outs)}: from UNIPEN's release, 156 MB …", flush=True)
    try:
        archive = download(url, folder / RELEASE)
    except NoData as error:
        by_hand = f"python -m training data {folder} --unipen {RELEASE}"
        raise NoData(f"{error} By hand: fetch {url}, then {by_hand}") from error
    try:
        failed = convert(archive, outs, counts, whole=True)
    except Unreadable as error:
        archive.unlink()
        raise NoData(f"{error}. It is deleted: the same command downloads it again") from error
    if not failed:
        archive.unlink()
    return failed


def _make_doodles(make: Callable[[Path], int], paths: Sequence[Path]) -> Mapping[str, Reason]:
    """Writes the one path."""
    (path,) = paths
    print(f"{path}: from Quick, Draw! by Google (CC BY 4.0), the first doodles of each kind, 14 MB …", flush=True)
    print(f"{path}: {make(path):,} doodles", flush=True)
    return {}
