"""The benchmark measures what it says it does, and every page shows what is published."""

import importlib.util
import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from function.network.golden import golden_digits
from function.network.keras import load_keras
from scripts import published, readme
from scripts.benchmark import chart, profiling, questions, tables
from scripts.benchmark.client import body_of, latencies, throughput
from scripts.benchmark.contender import Contender, reads_it, repeats_it
from scripts.benchmark.contenders import HERE, WEIGHTS, contenders
from scripts.benchmark.figures import percentile
from scripts.benchmark.promises import AHEAD, FOREIGN, PROMISES, SLACK, behind
from scripts.benchmark.results import Growth, Results, Sample
from scripts.benchmark.rounds import Plan, measure
from scripts.benchmark.server import Unanswered, running
from scripts.processes import started

ROOT = Path(__file__).resolve().parent.parent
NAMES = [one.name for one in contenders()]
HERE_INSTALLED = Path(sys.prefix)  # the tests' own environment, instead of one per contender
ECHO = Contender("echo", "echo", "echo", HERE_INSTALLED, HERE / "echo", repeats_it)


def sample(factor: float = 1.0) -> Sample:
    rates = dict.fromkeys(("1", "8", "64"), 900 / factor)
    return Sample(0.2 * factor, [1.0 * factor, 2.0 * factor], [3.0 * factor], rates, int(35e6 * factor))


def results(**factors: float) -> Results:
    """Three rounds on a machine that becomes slower, in which a contender costs `factor` times what an echo costs."""
    rounds = [{name: sample(drift * factors.get(name, 1.0)) for name in NAMES} for drift in (1, 2, 5)]
    growth = {"keras": Growth(31.0), "lite": Growth(22.0, 1.5, 1.6, 2**20)}
    sizes = dict.fromkeys(NAMES, 9 * 2**20)
    together = {name: [int(9 * 2**20 * factors.get(name, 1.0))] for name in NAMES}
    return Results("2 × a processor", rounds, [dict.fromkeys(NAMES, 4.0)], growth, sizes, together)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_a_machine_that_slows_down_changes_no_ratio() -> None:
    promise = next(one for one in PROMISES if one.title == "first answer, LiteRT ÷ echo")
    measured = promise.measured(results(lite=3.0))
    assert measured and (measured.low, measured.middle, measured.high) == pytest.approx((3.0, 3.0, 3.0))


def test_results_survive_their_file() -> None:
    kept = json.loads(json.dumps(asdict(results(naive=7.0))))
    assert Results.from_json(kept) == results(naive=7.0)


def test_what_is_published_is_read_back_with_its_ratios_means_and_percentiles(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    times = {name: replace(sample(), pixels=rng.gamma(9, 0.2, 3000).tolist()) for name in NAMES}
    measured = replace(results(), rounds=[times] * 3)
    read = published.publish(measured, tmp_path / "figures.json")
    assert published.read(tmp_path / "figures.json") == read
    for promise in (*PROMISES, *AHEAD):
        kept_ratio, ratio = promise.measured(read), promise.measured(measured)
        assert kept_ratio and ratio and kept_ratio.middle == pytest.approx(ratio.middle, rel=0.01)
    kept, raw = read.rounds[0]["keras"].pixels, times["keras"].pixels
    assert np.mean(kept) == pytest.approx(np.mean(raw), rel=0.02)
    assert [percentile(kept, 99), percentile(kept, 50)] == pytest.approx(
        [percentile(raw, 99), percentile(raw, 50)], abs=1e-4
    )
    assert (tmp_path / "figures.json").stat().st_size < 100_000


def test_the_table_of_costs_has_a_row_for_each_contender_with_every_figure() -> None:
    rows = tables.costs(results(), contenders()).splitlines()
    assert len(rows) == 2 + len(NAMES)
    assert rows[2] == (
        "| **ours on NumPy** | 0.40 (0.20–1.00) s | 4.0 s | 2.00 (1.00–5.00) ms | 4.00 (2.00–10.00) ms | "
        "6.00 (3.00–15.00) ms | 6.00 (3.00–15.00) ms | 450 (180–900) | 450 (180–900) | 450 (180–900) | "
        "9 MiB | 67 (33–167) MiB | 9 MiB |"
    )


def test_a_contender_that_could_not_be_measured_has_a_row_that_says_why() -> None:
    rounds = [{name: sample() for name in NAMES if name != "mlserver"}] * 3
    found = replace(results(), rounds=rounds, skipped={"mlserver": "No network."}, together={}, installed={}, disk=[])
    row = next(line for line in tables.costs(found, contenders()).splitlines() if "MLServer" in line)
    assert row == "| MLServer, skipped: No network. |" + " – |" * len(tables.COSTS)
    assert "MLServer" not in tables.ahead(found, contenders()) and "BentoML" in tables.ahead(found, contenders())
    assert not any("mlserver" in sentence for sentence in behind(found, results(mlserver=0.01)))


def test_what_was_not_measured_at_all_has_no_row() -> None:
    few = replace(results(), rounds=[{name: sample() for name in ("keras", "lite")}])
    assert len(tables.costs(few, contenders()).splitlines()) == 4
    assert tables.ahead(few, contenders()) == ""


def test_ours_is_compared_with_each_peer_by_what_is_promised_of_it() -> None:
    """Each row is a measure; half as fast as FastAPI is a miss wherever something is promised."""
    head, _, *rows = tables.ahead(results(fastapi=0.5), contenders()).splitlines()
    assert head == "| LiteRT ÷ | FastAPI | LitServe | BentoML | MLServer |"
    assert rows[0] == (f"| first answer | 2.00 (≤ 0.8){tables.MISSED} | 1.00 (≤ 1) | 1.00 (≤ 1) | 1.00 (≤ 1) |")
    assert rows[4].startswith(f"| requests/s | 0.50 (≥ 1){tables.MISSED} | 1.00 (≥ 1) ")
    assert rows[5].startswith("| requests/s on 64 | 0.50 | ")


def test_what_a_machine_cannot_measure_is_left_open() -> None:
    assert "| – |" in tables.costs(replace(results(), disk=[]), contenders())


@pytest.mark.parametrize("promise", (*PROMISES, *AHEAD), ids=lambda promise: promise.title)
@pytest.mark.parametrize(("machine", "slack"), [("2 × a processor", SLACK), ("8 × another", SLACK * FOREIGN)])
def test_a_ratio_may_fall_behind_by_less_than_the_slack(promise: Any, machine: str, slack: float) -> None:
    before = replace(results(), machine=machine)
    for factor, is_late in ((0.99, False), (1.01, True)):
        if promise.ours == promise.theirs:
            continue  # of one contender's figures among themselves, which `results` has all alike
        worse = {promise.ours: slack * factor, promise.theirs: 1.0}
        late = behind(results(**worse), before)
        assert any(sentence.startswith(f"{promise.title} is ") for sentence in late) is is_late


def test_the_chart_s_bars_are_as_long_as_its_values_and_stay_in_their_panels(tmp_path: Path) -> None:
    panels = chart.draw(results(naive=4.0), contenders(), tmp_path / "bench.svg").axes
    assert len(panels) == len(chart.PANELS)
    widths = [bar.get_width() for bar in panels[0].patches]  # type: ignore[attr-defined]
    assert widths == pytest.approx([max(widths) / (1 if name == "naive" else 4) for name in NAMES])
    for panel in panels:
        assert all(0 < bar.get_width() < panel.get_xlim()[1] for bar in panel.patches)  # type: ignore[attr-defined]
        assert [label.get_text() for label in panel.get_yticklabels()] == [one.label for one in contenders()]
    drawn = (tmp_path / "bench.svg").read_text()
    assert all(panel.get_title(loc="left") in drawn for panel in panels)
    chart.draw(results(naive=4.0), contenders(), tmp_path / "bench.svg")
    assert (tmp_path / "bench.svg").read_text() == drawn


def test_a_measure_that_a_contender_lacks_is_a_dash_and_one_that_all_lack_is_no_panel(tmp_path: Path) -> None:
    alone = replace(sample(), throughput={"8": 900.0})
    rounds = [{name: replace(alone, drawing=[] if name == "dense" else [3.0]) for name in NAMES}]
    panels = chart.draw(replace(results(), rounds=rounds), contenders(), tmp_path / "bench.svg").axes
    assert len(panels) == len(chart.PANELS) - 2
    told = [text.get_text() for panel in panels if "PNG" in panel.get_title(loc="left") for text in panel.texts]
    assert told.count("–") == 1


@given(st.binary(), st.data())
def test_an_answer_is_complete_with_its_last_byte_and_not_before(body: bytes, data: st.DataObject) -> None:
    answer = b"HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert body_of(answer) == body
    assert body_of(answer[: data.draw(st.integers(0, len(answer) - 1))]) is None


def test_an_answer_that_is_no_200_is_an_error() -> None:
    with pytest.raises(OSError, match="expected a 200"):
        body_of(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")


def test_a_running_contender_answers_and_stops_with_the_block() -> None:
    question = questions.drawing()
    with running(ECHO) as server:
        assert 0.01 < server.first_answer(question) < 60
        assert len(latencies(server.port, question.request, most=30, seconds=60)) == 30
        assert len(latencies(server.port, question.request, most=30, seconds=0)) == 1
        assert throughput(server.port, question.request, connections=3, seconds=0.2) > 10
        assert 10e6 < server.memory() < 500e6
        assert server.memory() / 2 < server.memory_together() < 2 * server.memory()
    assert server.process.poll() is not None


def test_an_interrupted_benchmark_leaves_no_server_behind() -> None:
    with pytest.raises(KeyboardInterrupt), running(ECHO) as server:
        server.first_answer(questions.pixels())
        raise KeyboardInterrupt
    assert server.process.poll() is not None


def test_a_contender_that_reads_wrongly_or_does_not_start_is_not_timed(tmp_path: Path) -> None:
    wrong, dead = tmp_path / "wrong", tmp_path / "dead"
    for folder, text in ((wrong, "predict = lambda request: {'prediction': '1'}"), (dead, "raise SystemExit('no!')")):
        folder.mkdir()
        (folder / "main.py").write_text(text)
    for folder, words in ((wrong, "doesn't read the 7"), (dead, "doesn't start.*no!")):
        contender = replace(ECHO, source=folder, is_right=reads_it)
        with running(contender) as server, pytest.raises(Unanswered, match=f"(?s){words}"):
            server.first_answer(questions.pixels())


def test_a_run_measures_everything_that_the_tables_show(tmp_path: Path) -> None:
    plan = Plan(1, 0, 2, 0.1, 1, 5, 10, 0.1, 1, 0)
    echoes = [replace(ECHO, name=one.name, drawing=one.drawing and questions.drawing) for one in contenders()]
    said: list[str] = []
    found = measure(plan, echoes, said.append)
    assert all(len(one.pixels) == 5 for one in found.rounds[0].values())
    assert {name for name, one in found.rounds[0].items() if not one.drawing} == {"litserve", "mlserver", "dense"}
    assert all({*one.throughput} == {"1", "8", "64"} for one in found.rounds[0].values())
    assert set(found.installed) == set(NAMES) and min(found.installed.values()) > 2**20
    assert said[1] == "round 1 of 1"
    assert all(promise.title in tables.block(found, contenders()) for promise in PROMISES)
    assert chart.draw(found, contenders(), tmp_path / "bench.svg").axes


def test_a_peer_that_does_not_read_right_is_left_out_with_its_reason_and_anybody_else_stops_the_run(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.py").write_text("predict = lambda request: {'prediction': '1'}")
    plan = Plan(1, 0, 2, 0.1, 1, 5, 0.1, 0.1, 1, 0)
    wrong = replace(ECHO, name="wrong", source=tmp_path, is_right=reads_it)
    peer = replace(wrong, requirements="requirements/peers/wrong.txt")
    found = measure(plan, [ECHO, peer], lambda _: None, {"absent": "No network."})
    assert [*found.rounds[0]] == ["echo"] and found.skipped["absent"] == "No network."
    assert found.skipped["wrong"].startswith("It doesn't read the 7: ")
    with pytest.raises(Unanswered, match="doesn't read the 7"):
        measure(plan, [ECHO, wrong], lambda _: None)


def test_a_worker_that_outlives_its_server_is_stopped_with_the_block(tmp_path: Path) -> None:
    """LitServe's do."""
    script = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)"
    log, command = tmp_path / "log", [sys.executable, "-c", script]
    with log.open("wb") as output, started(command, tmp_path, None, output) as process:
        while not (pid := log.read_text().strip()):
            time.sleep(0.01)
        process.terminate()
    deadline = time.monotonic() + 20
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE:  # dead, if nobody cares to know
            assert time.monotonic() < deadline, "the worker still runs"
            time.sleep(0.01)


def test_the_naive_function_has_the_network_and_the_weights_of_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    import h5py

    monkeypatch.setenv("MODEL_FILE", str(WEIGHTS))
    spec = importlib.util.spec_from_file_location("naive_main", HERE / "naive" / "main.py")
    assert spec and spec.loader
    naive = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(naive)
    with h5py.File(WEIGHTS) as file:
        temperature = float(file.attrs.get("temperature", 1.0))
    digits = np.rint(golden_digits() * 255)
    ours = load_keras(WEIGHTS).probabilities((digits / 255).astype(np.float32))
    for digit, digit_image in enumerate(digits):
        body = json.dumps({"image": ",".join(map(str, digit_image.ravel()))}).encode()
        builder = EnvironBuilder(method="POST", data=body, content_type="application/json")
        answer = naive.predict(Request(builder.get_environ()))
        tempered = np.power(answer["probabilities"], 1 / temperature)
        assert answer["prediction"] == str(digit)
        assert tempered / tempered.sum() == pytest.approx(ours[digit], abs=1e-4)


def test_imports_are_summed_by_package() -> None:
    log = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1500 |       1500 |   keras.src\nimport time:       250 |       1750 | keras\n"
        "import time:      9000 |       9000 | numpy\nsome warning\n"
    )
    assert profiling.imports(log) == [(9.0, "numpy"), (1.75, "keras")]


def test_a_profile_is_of_our_function_in_the_order_of_a_cold_start() -> None:
    ours = replace(next(one for one in contenders() if one.name == "lite"), home=HERE_INSTALLED)
    report = profiling.report([ours], requests=3)
    steps = ["start Python", "import functions_framework", "first request", "fetch the weights", "read ten golden"]
    assert sorted(steps, key=report.index) == steps
    assert "flask" in report and "timing_ms" in report


def test_the_table_says_which_ratios_are_not_what_they_must_be() -> None:
    shown = published.read()
    for promise in PROMISES:
        row = next(line for line in tables.ratios(shown).splitlines() if line.startswith(f"| {promise.title} |"))
        found = promise.measured(shown)
        assert (tables.MISSED in row) is (found is not None and not promise.holds(found.middle))


def test_every_page_shows_what_is_published() -> None:
    assert readme.behind() == []


@pytest.mark.parametrize("text", ["", "<!-- bench -->", "<!-- /bench --><!-- bench -->"])
def test_a_page_without_the_marks_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="expected the marks"):
        readme.replaced(text, "bench", "x")
