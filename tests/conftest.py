"""What several test modules share, and the rule that nothing is skipped by accident."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.support")  # what is asserted there explains itself as well

from tests.support.function_server import FunctionServer, function_server  # noqa: E402

pytest_plugins = ("tests.support.page_browser", "tests.support.walks", "tests.support.cloud_sdk")
hypothesis.settings.register_profile("digits", deadline=None)  # tests don't depend on the clock
hypothesis.settings.load_profile("digits")

OPTIONAL = "optional: "  # begins the reason of a skip that is never a failure: a tool that only some machines have
# The files that take longest, one that works beside one that waits: ./scripts/test deals files out in this order.
LONG = (
    *("test_releases", "test_body", "test_improve", "test_page_faults", "test_attacks", "test_page", "test_upload"),
    *("test_bulk", "test_page_checks", "test_publish_script", "test_deploy", "test_training_fit", "test_page_function"),
    *("test_page_hands", "test_page_walks", "test_page_look", "test_client_pages", "test_bench"),
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With STRICT_SKIPS=1, a skip is a failure: a missing browser or data set there is a mistake."""
    report = yield
    if os.environ.get("STRICT_SKIPS") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        assert isinstance(report.longrepr, tuple)
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith(OPTIONAL):
            report.outcome, report.longrepr = "failed", f"skipped: {reason}"
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several run at a time, the long files come first, so that none is left to one alone at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Has a count or a time that a test measured printed at the end of the run, where everybody sees it."""
    return lambda text: request.node.user_properties.append(("measured", text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests measured, one line each."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {text}"
        for report in reports
        if report.when == "call"
        for name, text in report.user_properties
        if name == "measured"
    ]
    if lines:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with MNIST and the pen strokes."""
    folder = os.environ.get("DIGITS_DATA")
    if not folder:
        pytest.skip("DIGITS_DATA doesn't name a folder with mnist.npz and pen-digits.jsonl.gz")
    return Path(folder)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """One real server with the bundled weights, for tests that only ask."""
    with function_server(tmp_path_factory.mktemp("server") / "log") as server:
        yield server
