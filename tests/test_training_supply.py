"""A folder of data for somebody who has none: what is made, what is told, and what a failure leaves."""

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.file_server import FileServer, file_server
from tests.support.releases import until
from tests.support.unipen import NUMBERS_TEXTS, OTHERS_TEXTS, WRITERS, write_release
from training.__main__ import main
from training.data import supply
from training.data.archives import Unreadable, unpacked
from training.data.categories import PARTS, read_folder
from training.data.doodles import DOODLES, KINDS, make_doodles
from training.data.drawings import NUMBERS, OTHERS, Drawing, read_drawings, read_writings, write_drawings
from training.data.release import convert
from training.data.sets import KEYS, MNIST, PENS, NoData, NoPart, load_mnist
from training.data.supply import COUNTS, PHOTOS, RELEASE

ROOT = Path(__file__).resolve().parent.parent
NO_PORT = "http://127.0.0.1:9"  # nothing listens there: the network is down


def mnist() -> Mapping[str, NDArray[Any]]:
    """Stands for Keras's download."""
    digits, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    return dict(zip(KEYS, (digits, labels, digits[:10], labels[:10]), strict=True))


def no_mnist() -> Mapping[str, NDArray[Any]]:
    raise NoPart("MNIST can't be downloaded: no network")


def not_needed() -> Mapping[str, NDArray[Any]]:
    raise AssertionError("asked for what is there")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Three writers' ten digits each, and what else they wrote."""
    return write_release(tmp_path / "release")


THIRTY = (3,) * 10
ALL = {MNIST, *PARTS, DOODLES}


def few_doodles(path: Path) -> int:
    """Stands for Google's files."""
    path.write_text("doodles")
    return 1


def fill(
    folder: Path,
    unipen: Path | None = None,
    *,
    url: str = NO_PORT,
    counts: Sequence[int] = THIRTY,
    mnist: Callable[[], Mapping[str, NDArray[Any]]] = mnist,
    doodles: Callable[[Path], int] = few_doodles,
) -> list[str]:
    return supply.fill(folder, unipen, url=url, counts=counts, mnist=mnist, doodles=doodles)


@pytest.fixture
def archive(release: Path, tmp_path: Path) -> Path:
    return packed(release, tmp_path / "release.tgz")


def packed(release: Path, path: Path) -> Path:
    """A .tgz, .tar or .zip of the folder, below a folder of its own as the real one."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for each in sorted(release.rglob("*")):
                file.write(each, f"CDROM/train_r01_v07/{each.relative_to(release)}")
    else:
        with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w") as file:
            file.add(release, "CDROM/train_r01_v07")
    return path


@pytest.fixture
def served(archive: Path) -> Iterator[FileServer]:
    with file_server(archive.read_bytes()) as server:
        yield server


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def texts_of(path: Path) -> Counter[str]:
    return Counter(writing.text for writing in read_writings(path))


def labels_of(path: Path) -> Counter[int]:
    return Counter(drawing.label for drawing in read_drawings(path))


def test_a_folder_is_made_and_filled_and_nothing_else_is_left_in_it(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "runs" / "data"
    assert fill(folder, url=served.url) == []
    assert names(folder) == ALL
    assert labels_of(folder / PENS) == dict.fromkeys(range(10), 3)
    assert texts_of(folder / OTHERS) == dict.fromkeys(OTHERS_TEXTS, WRITERS)
    assert texts_of(folder / NUMBERS) == dict.fromkeys(NUMBERS_TEXTS, WRITERS)
    assert served.asked == [None]  # once for all three
    assert len(load_mnist(folder, not_needed).test) == 10
    printed = capsys.readouterr()
    for said in (
        f"{PENS}: 30 digits",
        f"{NUMBERS}: 6 numbers",
        f"{PHOTOS} is made by hand",
        "Quick, Draw! by Google (CC BY 4.0)",
    ):
        assert said in printed.out
    assert "downloading" in printed.err


def test_what_is_there_stays_untouched_and_is_not_asked_for(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*ALL, PHOTOS):
        (tmp_path / name).write_text("mine")
    assert fill(tmp_path, url=served.url, mnist=not_needed, doodles=make_doodles) == []
    assert {(tmp_path / name).read_text() for name in ALL} == {"mine"}
    assert served.asked == []
    printed = capsys.readouterr().out
    assert printed.count("is there, and stays as it is") == len(ALL) and "made by hand" not in printed


def test_of_the_parts_of_a_release_only_those_that_lack_are_made(served: FileServer, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in (PENS, NUMBERS):
        (folder / name).write_text("mine")
    assert fill(folder, url=served.url) == []
    assert {(folder / name).read_text() for name in (PENS, NUMBERS)} == {"mine"}
    assert texts_of(folder / OTHERS) == dict.fromkeys(OTHERS_TEXTS, WRITERS) and names(folder) == ALL


def test_a_part_that_a_release_lacks_is_told_and_the_others_are_made(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A complete release has all categories of a part; what has less is no reason to say that all is there."""
    folder = tmp_path / "data"
    (release / "data/1c").rename(tmp_path / "1c")
    shutil.rmtree(release / "data/7")
    assert fill(folder, packed(release, tmp_path / "part.tgz")) == [OTHERS, NUMBERS]
    assert names(folder) == {MNIST, PENS, DOODLES}
    told = capsys.readouterr().err
    assert "lacks data/1c (lower-case letters), which the complete release has" in told
    assert f"{NUMBERS} can't be made." in told and "has no data/7 (numbers among words)" in told
    (tmp_path / "1c").rename(release / "data/1c")
    assert fill(folder, release, mnist=not_needed) == [NUMBERS]
    assert names(folder) == {MNIST, PENS, OTHERS, DOODLES}


def test_a_downloaded_release_of_which_a_part_cannot_be_made_is_kept(release: Path, tmp_path: Path) -> None:
    shutil.rmtree(release / "data/7")
    folder = tmp_path / "data"
    with file_server(packed(release, tmp_path / "part.tgz").read_bytes()) as server:
        assert fill(folder, url=server.url) == [NUMBERS]
        assert fill(folder, url=server.url) == [NUMBERS]
        assert server.asked == [None]
    assert names(folder) == {MNIST, PENS, OTHERS, DOODLES, RELEASE}


@pytest.mark.parametrize("kind", ["folder", "above", "tgz", "tar", "zip"])
def test_a_release_at_hand_gives_the_same_drawings_as_a_folder_or_an_archive(
    release: Path, tmp_path: Path, kind: str
) -> None:
    at_hand = {"folder": release, "above": release.parent}.get(kind) or packed(release, tmp_path / f"a.{kind}")
    before = at_hand.read_bytes() if at_hand.is_file() else b""
    folder = tmp_path / "data"
    assert fill(folder, at_hand) == []
    expected = tmp_path / "expected.gz"
    digits = (each for _, writings in read_folder(release) for each in writings)
    write_drawings(expected, (Drawing(int(each.text), each.strokes, each.source) for each in digits))
    assert (folder / PENS).read_bytes() == expected.read_bytes()
    assert names(folder) == ALL
    outs = {part: tmp_path / f"expected-{part}" for part in PARTS}
    convert(release, outs)
    assert all((folder / part).read_bytes() == out.read_bytes() for part, out in outs.items())
    assert not before or at_hand.read_bytes() == before  # it is its owner's


def test_a_cut_connection_is_gone_on_with_the_next_time(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, served.stop_at = tmp_path / "data", 5000
    assert fill(folder, url=served.url) == [*PARTS]
    assert names(folder) == {MNIST, DOODLES, f"{RELEASE}.part"}
    told = capsys.readouterr().err
    assert "ended after" in told and "the same command goes on there" in told and "By hand: fetch http" in told
    served.stop_at = None
    assert fill(folder, url=served.url, mnist=not_needed) == []
    assert served.asked == [None, "bytes=5000-"]
    assert names(folder) == ALL and labels_of(folder / PENS).total() == 30


def test_a_server_without_ranges_begins_again_which_is_told(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.ranges, served.stop_at = False, 5000
    assert fill(tmp_path / "data", url=served.url) == [*PARTS]
    served.stop_at = None
    assert fill(tmp_path / "data", url=served.url) == []
    assert "The server begins again" in capsys.readouterr().out
    assert labels_of(tmp_path / "data" / PENS).total() == 30


def test_a_part_that_lacks_nothing_is_the_whole(served: FileServer, tmp_path: Path) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(served.content)
    assert fill(tmp_path, url=served.url) == []
    assert served.asked == [f"bytes={len(served.content)}-"]


def test_a_part_longer_than_the_file_is_thrown_away(served: FileServer, tmp_path: Path) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(b"?" * (len(served.content) + 1))
    assert fill(tmp_path, url=served.url) == []
    assert served.asked[1:] == [None]


def test_the_end_of_one_file_behind_the_beginning_of_another_is_noticed_and_deleted(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(served.content[:4000] + b"?" * 1000)
    assert fill(tmp_path, url=served.url) == [*PARTS]
    assert "It is deleted: the same command downloads it again" in capsys.readouterr().err
    assert names(tmp_path) - {"release", "release.tgz"} == {MNIST, DOODLES}
    assert fill(tmp_path, url=served.url) == []


def test_ctrl_c_in_a_download_keeps_what_came_and_no_half_of_a_result(served: FileServer, tmp_path: Path) -> None:
    main_thread, folder = threading.main_thread().ident, tmp_path / "data"
    assert main_thread is not None

    def press() -> None:
        part = folder / f"{RELEASE}.part"
        until(lambda: part.exists() and part.stat().st_size == 5000, 10, "what was sent is kept")
        signal.pthread_kill(main_thread, signal.SIGINT)
        pressed.wait(10)

    pressed = threading.Event()
    served.stop_at, served.stopping = 5000, press
    try:
        with pytest.raises(KeyboardInterrupt):
            fill(folder, url=served.url)
    finally:
        pressed.set()
    assert names(folder) == {MNIST, f"{RELEASE}.part"}
    served.stop_at = None
    assert fill(folder, url=served.url) == []


def test_other_counts_than_the_complete_release_has_are_told_and_not_kept(
    release: Path, served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert fill(folder, url=served.url, counts=(3, 3, 3, 3, 3, 3, 3, 4, 3, 2)) == [PENS]
    assert names(folder) == ALL - {PENS} | {RELEASE}  # the archive isn't damaged, and need not be downloaded again
    told = capsys.readouterr().err
    assert "30 digits where the complete release has 30 (3 × 7 for 4, 3 × 9 for 2)" in told
    command = told.partition("python -m training ")[2].split()
    assert main(command) == 0  # as it says, for whoever wants them nevertheless
    assert labels_of(folder / PENS).total() == 30


def test_a_part_of_the_real_release_is_no_complete_one(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (MNIST, DOODLES):
        (tmp_path / name).write_text("mine")
    assert main(["data", str(tmp_path), "--unipen", str(data / "unipen-sample")]) == 1
    told = capsys.readouterr().err
    assert (
        "144 digits where the complete release has 10,184" in told
        and f"lacks {PENS} and {OTHERS} and {NUMBERS}" in told
    )
    assert "has no data/1b (upper-case letters), data/1c (lower-case letters), data/1d (signs), data/6" in told
    assert names(tmp_path) == {MNIST, DOODLES}


def test_the_counts_are_those_of_the_data_set(data: Path) -> None:
    counted = labels_of(data / PENS)
    assert tuple(counted[label] for label in range(10)) == COUNTS


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cut.tgz", lambda content: content[: len(content) // 2]),
        ("changed.tgz", lambda content: content[:3000] + bytes(100) + content[3100:]),
        ("page.tgz", lambda _: b"<!doctype html><title>Not found</title>"),
        ("empty.tgz", lambda _: b""),
        ("page.zip", lambda _: b"<!doctype html><title>Not found</title>"),
        ("page.tar", lambda _: b"<!doctype html><title>Not found</title>"),
    ],
)
def test_a_broken_archive_is_told_and_stays_its_owners(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, change: Any
) -> None:
    broken, folder = tmp_path / name, tmp_path / "data"
    broken.write_bytes(change(archive.read_bytes()))
    assert fill(folder, broken) == [*PARTS]
    assert f"{name} is no archive that could be unpacked" in capsys.readouterr().err
    assert names(folder) == {MNIST, DOODLES} and broken.exists()


def evil_members() -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for name in ("../include/evil", "include/../../evil", "/include/evil-of-a-test", "include/a/../../../evil"):
        yield tarfile.TarInfo(name), b"evil"
    link = tarfile.TarInfo("include/out")
    link.type, link.linkname = tarfile.SYMTYPE, "../.."
    yield link, b""
    yield tarfile.TarInfo("include/out/evil"), b"evil"
    hard = tarfile.TarInfo("include/hard")
    hard.type, hard.linkname = tarfile.LNKTYPE, "../../secret"
    yield hard, b""
    device = tarfile.TarInfo("include/device")
    device.type = tarfile.CHRTYPE
    yield device, b""


@pytest.mark.parametrize("index", range(8))
def test_no_member_of_an_archive_leaves_the_folder_for_a_while(tmp_path: Path, index: int) -> None:
    member, content = list(evil_members())[index]
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret")
    with tarfile.open(tmp_path / "evil.tar", "w") as file:
        for each, data in [*list(evil_members())[4:5], (member, content)]:
            each.size = len(data)
            file.addfile(each, io.BytesIO(data))
    before = names(tmp_path)
    # Such an archive may be refused; where it is read, nothing of it lies or leads outside.
    with suppress(Unreadable), unpacked(tmp_path / "evil.tar", inside) as folder:
        found = [path for path in folder.rglob("*") if not path.is_dir()]
        assert all(path.resolve().is_relative_to(folder.resolve()) for path in found)
        assert all(path.is_file() and path.read_bytes() == b"evil" for path in found)
    assert names(tmp_path) == before and names(inside) == set()
    assert (tmp_path / "secret").read_text() == "secret" and not Path("/include/evil-of-a-test").exists()


def test_no_member_of_a_zip_does_either(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        for name in ("../include/evil", "/include/evil", "include/../../evil"):
            file.writestr(name, b"evil")
    before = names(tmp_path)
    with pytest.raises(Unreadable, match="outside"), unpacked(tmp_path / "evil.zip", inside):
        pass
    assert names(tmp_path) == before and names(inside) == set()


@pytest.mark.parametrize("suffix", ["tgz", "zip"])
def test_an_archive_that_unpacks_to_more_than_a_release_is_refused_before_it_does(
    release: Path, tmp_path: Path, suffix: str
) -> None:
    (release / "include" / "zeros").write_bytes(bytes(2_000_000))  # packs to 2 kB
    bomb = packed(release, tmp_path / f"bomb.{suffix}")
    assert bomb.stat().st_size < 100_000
    with pytest.raises(Unreadable, match="more than a release"), unpacked(bomb, tmp_path, most_bytes=1_000_000):
        pass
    with (  # many small ones
        pytest.raises(Unreadable, match="more than a release"),
        unpacked(bomb, tmp_path, most_bytes=10_000),
    ):
        pass


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tgz", "w:gz") as file:
        member = tarfile.TarInfo("include/x")
        member.pax_headers = {"comment": "x" * 3_000_000}  # a release's worth of them packs to 4 MB
        file.addfile(member)
    with pytest.raises(Unreadable, match="a header of 3,000,"), unpacked(tmp_path / "evil.tgz", tmp_path):
        pass


def test_a_release_that_lacks_a_file_leaves_nothing_half_written(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (release / "include/own/2.dat").unlink()
    out = tmp_path / "out"
    out.mkdir()
    assert main(["unipen", str(release), "--out", str(out / PENS)]) == 1
    assert "include folder is not complete" in capsys.readouterr().err
    assert names(out) == set()


def test_drawings_that_fail_halfway_leave_the_file_that_was_there(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Drawing]:
        yield Drawing(1, (np.array([[0, 0], [0, 9]], np.float32),), "syn")
        raise KeyboardInterrupt

    (tmp_path / PENS).write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        write_drawings(tmp_path / PENS, interrupted())
    assert names(tmp_path) == {PENS} and (tmp_path / PENS).read_text() == "mine"


def test_one_part_that_cannot_be_had_does_not_keep_the_other_from_being_made(release: Path, tmp_path: Path) -> None:
    assert fill(tmp_path / "a", release, mnist=no_mnist) == [MNIST]
    assert names(tmp_path / "a") == ALL - {MNIST}
    assert fill(tmp_path / "b", tmp_path / "nowhere") == [*PARTS]
    assert names(tmp_path / "b") == {MNIST, DOODLES}


def test_without_a_network_it_is_told_what_to_fetch_by_hand_and_the_rest_works(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        environ[name] = NO_PORT
    environ["KERAS_HOME"] = str(tmp_path / "keras")
    command = [sys.executable, "-m", "training", "data", str(tmp_path / "data")]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1
    for said in (
        f"keras-datasets/mnist.npz into {tmp_path / 'data'}",
        f"--unipen {RELEASE}",
        "numpy_bitmap/The%20Eiffel%20Tower.npy can't be downloaded",
        f"data: {tmp_path / 'data'} lacks",
    ):
        assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert names(tmp_path / "data") == set()
    evaluate = ["evaluate", "--data", str(tmp_path / "data"), "--few", "3", "--out", str(tmp_path / "report")]
    done = subprocess.run(
        [*command[:3], *evaluate], cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=300
    )
    assert "MNIST's rows are left out." in done.stdout and "The rows of held-out pens" in done.stdout
    rows = json.loads((tmp_path / "report" / "report.json").read_text())["rows"]
    own = ["rare", "drawn glyphs", "glyphs", "shapes", "scribbles"]  # drawings that need nobody's data
    assert [row["name"] for row in rows] == own


def test_the_converted_sample_of_the_real_release_is_what_a_right_parser_finds(data: Path, tmp_path: Path) -> None:
    """From an archive of it, through the temporary folder."""
    sample = data / "unipen-sample"
    expected = json.loads((sample / "expected.json").read_text())
    path = packed(sample, tmp_path / "sample.tgz")
    assert convert(path, {PENS: tmp_path / PENS}) == {}
    assert labels_of(tmp_path / PENS).total() == sum(each["digits"] for each in expected.values())
    with gzip.open(tmp_path / PENS, "rt") as lines:
        assert "".join(str(json.loads(line)["label"]) for line in lines) == "".join(
            each["labels"] for each in expected.values()
        )


def npy(
    count: int,
    version: tuple[int, int] = (1, 0),
    dtype: type = np.uint8,
    pixels: int = 784,
    columns_first: bool = False,
) -> bytes:
    """A file as Google's: the first pixel of each picture is its number."""
    pictures: NDArray[Any] = np.zeros((count, pixels), dtype, order="F" if columns_first else "C")
    pictures[:, 0] = np.arange(count) % 256
    file = io.BytesIO()
    np.lib.format.write_array(file, pictures, version)
    return file.getvalue()


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_of_each_kind_of_doodle_only_the_head_of_its_file_is_asked_for(
    tmp_path: Path, ranges: bool, version: tuple[int, int]
) -> None:
    with file_server(npy(5000, version)) as server:
        server.ranges = ranges
        url, path = server.url.removesuffix("/release.tgz"), tmp_path / DOODLES
        assert make_doodles(path, url, ["hot tub", "sun"], of_each=7) == 14
        assert server.paths == ["/hot%20tub.npy", "/sun.npy"]
        assert server.asked == [f"bytes=0-{128 + 7 * 784 - 1}"] * 2
    with np.load(path) as file:
        pictures, kinds = file["pictures"], file["names"]
    assert pictures.shape == (14, 28, 28) and pictures.dtype == np.uint8
    assert pictures[:, 0, 0].tolist() == [0, 1, 2, 3, 4, 5, 6] * 2 and not pictures[:, 1:].any()
    assert kinds.tolist() == ["hot tub"] * 7 + ["sun"] * 7
    assert names(tmp_path) == {DOODLES}


def test_a_file_of_fewer_doodles_gives_those(tmp_path: Path) -> None:
    with file_server(npy(3)) as server:
        assert make_doodles(tmp_path / DOODLES, server.url, ["sun"], of_each=7) == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!doctype html><title>Not found</title>", "'sun' is no file of doodles"),
        (b"", "can't be downloaded"),
        (npy(9)[:80], "'sun' is no file of doodles"),
        (npy(9, dtype=np.float32), "'sun' is no file of doodles"),
        (npy(9, pixels=783), "'sun' is no file of doodles"),
        (npy(9, columns_first=True), "'sun' is no file of doodles"),
        (npy(0), "came 0 of 0"),
        (npy(9)[:-700], "The connection ended early: of 'sun' came 8 of 9"),
    ],
)
def test_what_is_no_file_of_doodles_is_told_and_not_kept(tmp_path: Path, content: bytes, reason: str) -> None:
    with file_server(content) as server, pytest.raises(NoData, match=reason):
        make_doodles(tmp_path / DOODLES, server.url, ["sun"], of_each=9)
    assert names(tmp_path) == set()


def test_doodles_go_on_at_the_kind_where_they_were_stopped(tmp_path: Path) -> None:
    with file_server(npy(20)) as server:
        server.stop_at = 5000
        with pytest.raises(NoData, match="ended early"):
            make_doodles(tmp_path / DOODLES, server.url, ["sun"], of_each=9)
        server.stop_at = None
        make_doodles(tmp_path / "one.npz", server.url, ["sun"], of_each=9)
    content = npy(20)
    (tmp_path / f"{DOODLES}.part").mkdir()
    (tmp_path / f"{DOODLES}.part" / "sun.npy").write_bytes(content)
    with file_server(content) as server:
        assert make_doodles(tmp_path / DOODLES, server.url, ["sun", "van"], of_each=9) == 18
        assert len(server.asked) == 1
    assert names(tmp_path) == {DOODLES, "one.npz"}


def test_the_kinds_of_doodles_are_those_of_the_data_set_and_come_in_its_form(data: Path, tmp_path: Path) -> None:
    with np.load(data / DOODLES) as file:
        assert sorted(set(file["names"].tolist())) == [*KINDS]
        known = {name: (file[name].dtype.kind, file[name].shape[1:]) for name in file.files}
    with file_server(npy(3)) as server:
        make_doodles(tmp_path / DOODLES, server.url, ["sun"])
    with np.load(tmp_path / DOODLES) as file:
        assert {name: (file[name].dtype.kind, file[name].shape[1:]) for name in file.files} == known
