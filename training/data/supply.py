"""What fills a folder of data for somebody who has none: MNIST from Keras, and the pen strokes from UNIPEN."""

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
from training.data.downloads import download
from training.data.sets import MNIST, PENS, NoData, NoPart, by_hand, keras_mnist
from training.data.unipen import convert

RELEASE = "unipen-CDROM-train_r01_v07.tgz"
UNIPEN = f"https://zenodo.org/api/records/1195803/files/{RELEASE}/content"  # doi 10.5281/zenodo.1195803, CC BY 4.0
# Zeros to nines of the sources that have a side, in the complete release.
COUNTS = (1080, 1045, 1023, 986, 1016, 965, 987, 1022, 1032, 1028)


def fill(
    folder: Path,
    unipen: Path | None = None,
    *,
    url: str = UNIPEN,
    counts: Sequence[int] = COUNTS,
    mnist: Callable[[], Mapping[str, NDArray[Any]]] = keras_mnist,
) -> list[str]:
    """Makes what `folder` lacks, and the folder; the names of what can't be had, after saying why.

    What is there stays as it is.

    unipen  the release, as an unpacked folder or an archive; None = it is downloaded from `url`
    counts  how many zeros to nines must come out of it
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = {MNIST: partial(_make_mnist, mnist), PENS: partial(_make_pens, unipen, url, counts)}
    missing = []
    for name, make in parts.items():
        path = folder / name
        if path.exists():
            print(f"{path} is there, and stays as it is", flush=True)
            continue
        try:
            print(f"{path}: {make(path):,} digits", flush=True)
        except (NoData, OSError) as error:
            print(f"{path} can't be made. {error}", file=sys.stderr, flush=True)
            missing.append(name)
    return missing


def _make_mnist(fetched: Callable[[], Mapping[str, NDArray[Any]]], path: Path) -> int:
    """Writes `path` under Keras's keys; how many digits it holds."""
    print(f"{path}: MNIST by Keras, 11 MB …", flush=True)
    try:
        arrays: dict[str, Any] = dict(fetched())
    except NoPart as error:
        raise NoData(f"{error}. {by_hand(path.parent)}") from error
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    write_whole(path, file.getvalue())
    return len(arrays["x_train"]) + len(arrays["x_test"])


def _make_pens(unipen: Path | None, url: str, counts: Sequence[int], path: Path) -> int:
    """Writes `path`; how many digits it holds. A downloaded archive is removed when it is used up, or of no use."""
    if unipen is not None:
        return convert(unipen, path, counts)
    print(f"{path}: from UNIPEN's release, 156 MB …", flush=True)
    try:
        archive = download(url, path.with_name(RELEASE))
    except NoData as error:
        by_hand = f"python -m training data {path.parent} --unipen {RELEASE}"
        raise NoData(f"{error} By hand: fetch {url}, then {by_hand}") from error
    try:
        count = convert(archive, path, counts)
    except Unreadable as error:
        archive.unlink()
        raise NoData(f"{error}. It is deleted: the same command downloads it again") from error
    archive.unlink()
    return count
