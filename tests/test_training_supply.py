"""A folder of data for somebody who has none: what is made, what is told, and what a failure leaves."""

import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.file_server import FileServer, file_server
from tests.support.releases import until
from training.__main__ import main
from training.data.archives import Unreadable, unpacked
from training.data.drawings import Drawing, read_drawings, write_drawings
from training.data.sets import KEYS, MNIST, PENS, NoPart, load_mnist
from training.data.supply import COUNTS, RELEASE, fill
from training.data.unipen import convert, read_folder

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


def strokes(digit: int, writer: int) -> str:
    """Points that tell writers apart, and don't pack well, so that an archive can be cut in many places."""
    chance = random.Random(f"{digit} {writer}")
    return "\n".join(f"{chance.randrange(10**6)} {chance.randrange(10**6)}" for _ in range(200))


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Three writers' ten digits each, laid out as the release is."""
    root = tmp_path / "release"
    for writer in range(3):
        for folder in ("data/1a/syn", "include/syn", "data/1b/syn"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        pens = "".join(f".PEN_DOWN\n{strokes(digit, writer)}\n.PEN_UP\n" for digit in range(10))
        (root / f"include/syn/{writer}.dat").write_text(pens)
        marks = "".join(f'.SEGMENT CHARACTER {digit} ? "{digit}"\n' for digit in range(10))
        (root / f"data/1a/syn/{writer}.dat").write_text(f".INCLUDE syn/{writer}.dat\n{marks}")
        (root / f"data/1b/syn/{writer}.dat").write_text("letters")
    return root


THIRTY = (3,) * 10


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


def labels_of(path: Path) -> Counter[int]:
    return Counter(drawing.label for drawing in read_drawings(path))


def test_a_folder_is_made_and_filled_and_nothing_else_is_left_in_it(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "runs" / "data"
    assert fill(folder, url=served.url, counts=THIRTY, mnist=mnist) == []
    assert names(folder) == {MNIST, PENS}
    assert labels_of(folder / PENS) == dict.fromkeys(range(10), 3)
    assert len(load_mnist(folder, not_needed).test) == 10
    printed = capsys.readouterr()
    assert f"{PENS}: 30 digits" in printed.out and "downloading" in printed.err


def test_what_is_there_stays_untouched_and_is_not_asked_for(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (MNIST, PENS):
        (tmp_path / name).write_text("mine")
    assert fill(tmp_path, url=served.url, counts=THIRTY, mnist=not_needed) == []
    assert [(tmp_path / name).read_text() for name in (MNIST, PENS)] == ["mine", "mine"]
    assert served.asked == []
    assert capsys.readouterr().out.count("is there, and stays as it is") == 2


@pytest.mark.parametrize("kind", ["folder", "above", "tgz", "tar", "zip"])
def test_a_release_at_hand_gives_the_same_drawings_as_a_folder_or_an_archive(
    release: Path, tmp_path: Path, kind: str
) -> None:
    at_hand = {"folder": release, "above": release.parent}.get(kind) or packed(release, tmp_path / f"a.{kind}")
    before = at_hand.read_bytes() if at_hand.is_file() else b""
    folder = tmp_path / "data"
    assert fill(folder, at_hand, url=NO_PORT, counts=THIRTY, mnist=mnist) == []
    expected = tmp_path / "expected.gz"
    write_drawings(expected, (drawing for _, drawings in read_folder(release) for drawing in drawings))
    assert (folder / PENS).read_bytes() == expected.read_bytes()
    assert names(folder) == {MNIST, PENS}
    assert not before or at_hand.read_bytes() == before  # it is its owner's


def test_a_cut_connection_is_gone_on_with_the_next_time(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, served.stop_at = tmp_path / "data", 5000
    assert fill(folder, url=served.url, counts=THIRTY, mnist=mnist) == [PENS]
    assert names(folder) == {MNIST, f"{RELEASE}.part"}
    told = capsys.readouterr().err
    assert "ended after" in told and "the same command goes on there" in told and "By hand: fetch http" in told
    served.stop_at = None
    assert fill(folder, url=served.url, counts=THIRTY, mnist=not_needed) == []
    assert served.asked == [None, "bytes=5000-"]
    assert names(folder) == {MNIST, PENS} and labels_of(folder / PENS).total() == 30


def test_a_server_without_ranges_begins_again_which_is_told(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.ranges, served.stop_at = False, 5000
    assert fill(tmp_path / "data", url=served.url, counts=THIRTY, mnist=mnist) == [PENS]
    served.stop_at = None
    assert fill(tmp_path / "data", url=served.url, counts=THIRTY, mnist=mnist) == []
    assert "The server begins again" in capsys.readouterr().out
    assert labels_of(tmp_path / "data" / PENS).total() == 30


def test_a_part_that_lacks_nothing_is_the_whole(served: FileServer, tmp_path: Path) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(served.content)
    assert fill(tmp_path, url=served.url, counts=THIRTY, mnist=mnist) == []
    assert served.asked == [f"bytes={len(served.content)}-"]


def test_a_part_longer_than_the_file_is_thrown_away(served: FileServer, tmp_path: Path) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(b"?" * (len(served.content) + 1))
    assert fill(tmp_path, url=served.url, counts=THIRTY, mnist=mnist) == []
    assert served.asked[1:] == [None]


def test_the_end_of_one_file_behind_the_beginning_of_another_is_noticed_and_deleted(
    served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{RELEASE}.part").write_bytes(served.content[:4000] + b"?" * 1000)
    assert fill(tmp_path, url=served.url, counts=THIRTY, mnist=mnist) == [PENS]
    assert "It is deleted: the same command downloads it again" in capsys.readouterr().err
    assert names(tmp_path) - {"release", "release.tgz"} == {MNIST}
    assert fill(tmp_path, url=served.url, counts=THIRTY, mnist=mnist) == []


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
            fill(folder, url=served.url, counts=THIRTY, mnist=mnist)
    finally:
        pressed.set()
    assert names(folder) == {MNIST, f"{RELEASE}.part"}
    served.stop_at = None
    assert fill(folder, url=served.url, counts=THIRTY, mnist=mnist) == []


def test_other_counts_than_the_complete_release_has_are_told_and_not_kept(
    release: Path, served: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert fill(folder, url=served.url, counts=(3, 3, 3, 3, 3, 3, 3, 4, 3, 2), mnist=mnist) == [PENS]
    assert names(folder) == {MNIST, RELEASE}  # the archive isn't damaged, and need not be downloaded again
    told = capsys.readouterr().err
    assert "30 digits where the complete release has 30 (3 × 7 for 4, 3 × 9 for 2)" in told
    command = told.partition("python -m training ")[2].split()
    assert main(command) == 0  # as it says, for whoever wants them nevertheless
    assert labels_of(folder / PENS).total() == 30


def test_a_part_of_the_real_release_is_no_complete_one(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / MNIST).write_text("mine")
    assert main(["data", str(tmp_path), "--unipen", str(data / "unipen-sample")]) == 1
    told = capsys.readouterr().err
    assert "144 digits where the complete release has 10,184" in told and f"lacks {PENS}" in told
    assert names(tmp_path) == {MNIST}


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
    assert fill(folder, broken, counts=THIRTY, mnist=mnist) == [PENS]
    assert f"{name} is no archive that could be unpacked" in capsys.readouterr().err
    assert names(folder) == {MNIST} and broken.exists()


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
    with pytest.raises(Unreadable, match="more than a release"), unpacked(bomb, tmp_path, 1_000_000):
        pass
    with pytest.raises(Unreadable, match="more than a release"), unpacked(bomb, tmp_path, 10_000):  # many small ones
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
    (release / "include/syn/2.dat").unlink()
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
    assert fill(tmp_path / "a", release, counts=THIRTY, mnist=no_mnist) == [MNIST]
    assert names(tmp_path / "a") == {PENS}
    assert fill(tmp_path / "b", tmp_path / "nowhere", counts=THIRTY, mnist=mnist) == [PENS]
    assert names(tmp_path / "b") == {MNIST}


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
    assert [row["name"] for row in rows] == ["rare"]  # our own drawings need nobody's data


def test_the_converted_sample_of_the_real_release_is_what_a_right_parser_finds(data: Path, tmp_path: Path) -> None:
    """From an archive of it, through the temporary folder."""
    sample = data / "unipen-sample"
    expected = json.loads((sample / "expected.json").read_text())
    path = packed(sample, tmp_path / "sample.tgz")
    assert convert(path, tmp_path / PENS) == sum(each["digits"] for each in expected.values())
    with gzip.open(tmp_path / PENS, "rt") as lines:
        assert "".join(str(json.loads(line)["label"]) for line in lines) == "".join(
            each["labels"] for each in expected.values()
        )
