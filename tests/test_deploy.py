"""./scripts/deploy makes what is missing once, and the build that it submits never lets a bad candidate serve."""

import argparse
import gzip
import json
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.candidate import flags, parser, serves
from scripts.gcloud import Gcloud
from tests.support.cloud_sdk import CloudSdk
from tests.support.emulator import Emulator
from tests.support.fake_gcloud import FakeGcloud, fake_gcloud, flag
from tests.support.local_build import ROOT, commands, load

PROJECT = "my-project"
BUCKET = f"{PROJECT}-digits"
SITE = f"{BUCKET}-site"
DEPLOY = [sys.executable, str(ROOT / "scripts" / "deploy")]
WEIGHTS = ["digits.tflite", "digits.weights.h5"]


def deploy(
    fake: FakeGcloud, *arguments: str, project: str = PROJECT, **environ: str
) -> subprocess.CompletedProcess[str]:
    command = [*DEPLOY, project, *arguments]
    return subprocess.run(
        command, env={**fake.environ, **environ}, capture_output=True, text=True, timeout=300, check=False
    )


def shown(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith("$ gcloud ")]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGcloud]:
    """Of an empty project."""
    with fake_gcloud(tmp_path / "fake") as fake:
        yield fake


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGcloud]:
    """A project that was deployed to; its builds are only remembered."""
    with fake_gcloud(tmp_path_factory.mktemp("project") / "fake") as fake:
        done = deploy(fake)
        assert done.returncode == 0, done.stderr
        assert len(shown(done)) == len(fake.calls())
        yield fake


def changes(calls: list[list[str]]) -> list[list[str]]:
    return [call for call in calls if set(call) & {"create", "enable", "update", "add-iam-policy-binding"}]


def test_a_dry_run_prints_every_command_and_runs_none(fake: FakeGcloud, project: FakeGcloud) -> None:
    dry = deploy(fake, "--dry-run")
    assert (dry.returncode, fake.calls()) == (0, [])
    printed = [shlex.split(line.partition(" <<< ")[0])[2:-1] for line in shown(dry)]  # between `$ gcloud` and `--quiet`
    assert printed == [call for call in project.calls() if call[:2] != ["run", "services"]][: len(printed)]
    assert printed[-1][:2] == ["builds", "submit"]


def test_a_second_run_makes_nothing_again(project: FakeGcloud) -> None:
    assert len(changes(project.calls())) > 15
    before = len(project.calls())
    assert deploy(project).returncode == 0
    assert changes(project.calls(since=before)) == []
    assert len(project.calls("builds", "submit", since=before)) == 1


def test_what_somebody_removed_is_made_again_and_only_that(project: FakeGcloud) -> None:
    before = len(project.calls())
    project.remove("service-accounts", "digits@my-project.iam.gserviceaccount.com")
    assert deploy(project).returncode == 0
    made = changes(project.calls(since=before))
    assert [call[:4] for call in made] == [["iam", "service-accounts", "create", "digits"]]


def test_the_function_may_read_weights_and_create_corrections_and_nothing_else(project: FakeGcloud) -> None:
    assert roles_of(project, "serviceAccount:digits@my-project.iam.gserviceaccount.com") == {
        ("storage buckets gs://my-project-digits", "roles/storage.objectViewer"),
        ("storage buckets gs://my-project-digits-feedback", "roles/storage.objectCreator"),
    }


def test_the_public_may_read_the_page_by_name_and_nothing_else(project: FakeGcloud) -> None:
    page = ("storage buckets gs://my-project-digits-site", "roles/storage.legacyObjectReader")
    assert roles_of(project, "allUsers", "allAuthenticatedUsers") == {page}
    private = {
        call[3]: flag(call, "public-access-prevention") for call in project.calls("storage", "buckets", "create")
    }
    assert private == {
        f"gs://{BUCKET}": "",
        f"gs://{BUCKET}-feedback": "",
        "gs://my-project-digits-site": None,
    }


def roles_of(project: FakeGcloud, *members: str) -> set[tuple[str, str]]:
    """(resource, role) of everything that was granted to one of the members."""
    policies = project.state["policies"].items()
    return {(resource, role) for resource, granted in policies for member, role in granted if member in members}


def test_buckets_have_no_access_lists_and_the_weights_keep_their_versions(project: FakeGcloud) -> None:
    created = {call[3]: call for call in project.calls("storage", "buckets", "create")}
    assert all(flag(call, "uniform-bucket-level-access") == "" for call in created.values())
    assert Path(flag(created[f"gs://{BUCKET}"], "lifecycle-file") or "").name == "weights-lifecycle.json"
    assert Path(flag(created[f"gs://{BUCKET}-feedback"], "lifecycle-file") or "").name == "feedback-lifecycle.json"
    (update,) = project.calls("storage", "buckets", "update")
    assert (update[3], flag(update, "versioning")) == (f"gs://{BUCKET}", "")


def test_without_feedback_there_is_neither_a_bucket_nor_a_setting_for_it(fake: FakeGcloud) -> None:
    done = deploy(fake, "--no-feedback", "--dry-run")
    assert "_FEEDBACK=;" in done.stdout
    assert f"{BUCKET}-feedback" not in done.stdout


def test_a_build_that_fails_fails_the_deployment(fake: FakeGcloud) -> None:
    (fake.folder / "bin" / "gcloud").write_text('#!/bin/sh\ncase "$*" in builds*) exit 3;; esac\n')
    done = deploy(fake)
    assert (done.returncode, "The page:" in done.stdout) == (3, False)


def test_without_gcloud_it_says_where_to_get_it(tmp_path: Path) -> None:
    done = subprocess.run([*DEPLOY, PROJECT], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.startswith("gcloud isn't installed")) == (1, True)


def test_a_grant_to_an_account_that_is_too_new_is_tried_again(
    fake: FakeGcloud, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tries = fake.folder / "tries"
    (fake.folder / "bin" / "gcloud").write_text(f'#!/bin/sh\necho x >> {tries}\n[ "$(wc -l < {tries})" -gt 2 ]\n')
    monkeypatch.setenv("PATH", fake.environ["PATH"])
    monkeypatch.setattr("scripts.gcloud.PAUSE", 0)
    Gcloud("p").do("projects", "add-iam-policy-binding", "p", attempts=3)
    assert capfd.readouterr().out.count("Trying that again") == 2
    tries.unlink()
    with pytest.raises(SystemExit):
        Gcloud("p").do("projects", "add-iam-policy-binding", "p", attempts=2)


@pytest.mark.parametrize("origin", ["", "https://a.example/page", "a.example", "https://a.example;_MAX_INSTANCES=1000"])
def test_what_is_no_origin_is_refused_at_once(fake: FakeGcloud, origin: str) -> None:
    done = deploy(fake, f"--origin={origin}")
    assert (done.returncode, fake.calls()) == (2, [])
    assert "expected scheme://host" in done.stderr


@pytest.mark.parametrize("project", ["", "p", "p;_ORIGIN=*", "My-Project", "a" * 31, "my-project-", "my project"])
def test_what_is_no_project_is_refused_at_once(fake: FakeGcloud, project: str) -> None:
    done = deploy(fake, project=project)
    assert (done.returncode, fake.calls()) == (2, [])
    assert "expected a project's id" in done.stderr


def test_a_project_of_an_older_organization_is_one(fake: FakeGcloud) -> None:
    done = deploy(fake, "--dry-run", project="example.org:my-project")
    assert done.returncode == 0
    assert "gs://example-org-my-project-digits" in done.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--region", value) for value in ("", "x;_ORIGIN=*", "Europe", "europe-west", "europe west1")),
        *(("--max-instances", value) for value in ("", "0", "-1", "1;_ORIGIN=*", "1e3", "1001", "10.5", "٣")),
    ],
)
def test_what_would_change_another_substitution_is_refused_at_once(fake: FakeGcloud, option: str, value: str) -> None:
    done = deploy(fake, f"{option}={value}")
    assert (done.returncode, fake.calls()) == (2, [])
    assert "expected a" in done.stderr


def submitted(fake: FakeGcloud, since: int = 0) -> dict[str, str]:
    """The substitutions of the build."""
    (call,) = fake.calls("builds", "submit", since=since)
    delimiter, _, pairs = str(flag(call, "substitutions")).removeprefix("^").partition("^")
    return dict(pair.split("=", 1) for pair in pairs.split(delimiter))


def token_command() -> list[str]:
    return [
        "auth",
        "print-identity-token",
        "--impersonate-service-account=a@b.iam.gserviceaccount.com",
        "--audiences=u",
    ]


def flags_of(**given: str) -> list[str]:
    """What `gcloud run deploy` is told by a build with these substitutions."""
    words = commands(load(), {"PROJECT_ID": PROJECT, **given})["deploy-candidate"][3:]
    return flags(parser().parse_args(words))


def test_everybody_may_ask_without_a_role_for_everybody(project: FakeGcloud) -> None:
    """Organizations forbid roles for allUsers; whether callers are checked at all is the service's own setting."""
    assert "--no-invoker-iam-check" in flags_of()
    assert not [word for word in flags_of() if "allow-unauthenticated" in word]


def test_only_on_an_origin_of_its_own_the_page_is_installable(fake: FakeGcloud) -> None:
    refused = deploy(fake, "--installable")
    assert refused.returncode == 2
    assert "https://storage.googleapis.com is everybody's" in refused.stderr
    assert "--installable=false" in commands(load(), {"PROJECT_ID": PROJECT})["write-page"]
    assert deploy(fake, "--installable", "--origin", "https://digits.example.org").returncode == 0
    write = commands(load(), {"PROJECT_ID": PROJECT, **submitted(fake)})["write-page"]
    assert "--installable=true" in write


def test_a_private_function_has_no_page_and_is_asked_with_a_token(fake: FakeGcloud) -> None:
    assert deploy(fake, "--private").returncode == 0
    given = submitted(fake)
    assert (given["_PRIVATE"], given["_SITE"]) == ("true", "")
    assert "--invoker-iam-check" in flags_of(**given)
    assert roles_of(fake, "allUsers", "allAuthenticatedUsers") == set()
    build = "digits-build@my-project.iam.gserviceaccount.com"
    itself = (f"iam service-accounts {build}", "roles/iam.serviceAccountOpenIdTokenCreator")
    assert itself in roles_of(fake, f"serviceAccount:{build}")
    smoke = commands(load(), {"PROJECT_ID": PROJECT, **given})["smoke-test"]
    assert {"--private=true", f"--account={build}"} <= set(smoke)


def test_a_private_function_is_smoked_with_the_token_of_the_build_s_account(fake: FakeGcloud, tmp_path: Path) -> None:
    seen = []

    class Private(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Private) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        smoke = [sys.executable, "-m", "scripts.smoke", url, "--runtime=lite", "--private=true", "--account=b@p"]
        done = subprocess.run([*smoke, "--seconds=0"], cwd=ROOT, env=fake.environ, capture_output=True, text=True)
        server.shutdown()
    assert done.returncode == 1 and seen == ["Bearer a-token-of-b@p"]
    (asked,) = fake.calls("auth", "print-identity-token")
    assert flag(asked, "audiences") == url


def test_without_a_site_nothing_is_public_and_no_page_is_published(fake: FakeGcloud, tmp_path: Path) -> None:
    assert deploy(fake, "--no-site").returncode == 0
    given = submitted(fake)
    assert given["_SITE"] == ""
    assert roles_of(fake, "allUsers", "allAuthenticatedUsers") == set()
    assert not [call for call in fake.calls("storage", "buckets", "create") if call[3].endswith("-site")]
    step = commands(load(), {"PROJECT_ID": PROJECT, **given})["publish-page"]
    before = len(fake.calls())
    subprocess.run(step, cwd=tmp_path, env=fake.environ, check=True)
    assert fake.calls(since=before) == []


def test_a_bucket_that_can_not_be_public_ends_with_what_to_do(fake: FakeGcloud) -> None:
    done = deploy(fake, FAKE_GCLOUD_CLOSED="1")
    assert done.returncode == 1
    assert "--no-site" in done.stderr.splitlines()[-1]
    assert fake.calls("builds", "submit") == []


def test_instances_are_kept_warm_when_asked_and_not_otherwise(fake: FakeGcloud) -> None:
    assert deploy(fake, "--min-instances=2", "--dry-run").returncode == 0
    assert "--min=2" in flags_of(_MIN_INSTANCES="2")
    assert "--min=0" in flags_of()


def test_old_images_of_this_service_alone_are_deleted_and_ten_stay(project: FakeGcloud) -> None:
    """Each deployment adds one of a gigabyte, and what a rollback wants are the last ones."""
    (images,) = project.state["made"]["repositories"].values()
    keep, delete = images["policies"]
    assert keep["action"]["type"] == "Keep" and delete["action"]["type"] == "Delete"
    assert keep["mostRecentVersions"] == {"packageNamePrefixes": ["digits"], "keepCount": 10}
    assert delete["condition"]["packageNamePrefixes"] == ["digits"]
    assert len(project.calls("artifacts", "repositories", "set-cleanup-policies")) == 1


class Recorder(Gcloud):
    """A gcloud that finds `generation` wherever it is asked."""

    def __init__(self, generation: str | None) -> None:
        super().__init__()
        self.generation = generation
        self.done: list[tuple[str, ...]] = []

    def ask(self, *arguments: str) -> str | None:
        return self.generation

    def do(self, *arguments: str, attempts: int = 1, hint: str = "", given: str | None = None) -> None:
        self.done.append(arguments)


@pytest.mark.parametrize(("found", "is_serving"), [("digits-00001-abc", True), ("", False)])
def test_a_revision_goes_on_serving_where_there_is_one(found: str, is_serving: bool) -> None:
    assert serves(Recorder(found), argparse.Namespace(region="here", service="digits")) == is_serving


def test_nothing_is_deployed_when_it_can_not_be_told_whether_one_serves() -> None:
    with pytest.raises(SystemExit, match="can't be listed"):
        serves(Recorder(None), argparse.Namespace(region="here", service="digits"))


@pytest.mark.parametrize("name", ["x", "digit", "Digits", "digits-", "a" * 24, "9digits"])
def test_a_name_that_some_resource_could_not_have_is_refused_at_once(fake: FakeGcloud, name: str) -> None:
    done = deploy(fake, f"--service={name}")
    assert (done.returncode, fake.calls()) == (2, [])


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(BUCKET, SITE, f"{BUCKET}-feedback") as emulator:
        yield emulator


@pytest.fixture(scope="module")
def cloud(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGcloud]:
    """A fake whose storage is the emulator, behind the real tools, and whose builds and functions run."""
    real = shutil.which("gcloud")
    if real is None:
        pytest.skip("optional: gcloud isn't installed")
    folder = tmp_path_factory.mktemp("cloud")
    environ = {**emulator.tool_environ(str(folder / "config")), "STORAGE_EMULATOR_HOST": emulator.url}
    with fake_gcloud(folder / "fake", FAKE_GCLOUD_REAL=real, **environ) as fake:
        yield fake


@pytest.fixture(scope="module")
def first(cloud: FakeGcloud) -> subprocess.CompletedProcess[str]:
    return deploy(cloud)


def test_a_first_deployment_serves_weights_from_the_bucket_and_publishes_the_page(
    first: subprocess.CompletedProcess[str], cloud: FakeGcloud, emulator: Emulator
) -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    objects = emulator.storage.objects
    assert sorted(objects[BUCKET]) == [f"weights/{name}" for name in WEIGHTS]
    version = objects[BUCKET]["weights/digits.weights.h5"]["generation"]
    assert f"reads 7.png as 7, version {version}" in first.stdout
    (run,) = cloud.calls("run", "deploy")
    assert flag(run, "no-traffic") is None  # Cloud Run can't create a service without
    page = content(emulator, "index.html").decode()
    (url,) = {revision["url"] for revision in cloud.state["services"]["digits"]["revisions"]}
    assert f'content="{url}"' in page
    assert f"connect-src 'self' {url}/;" in page


def test_the_page_is_asked_for_again_on_each_visit_and_what_it_loads_is_kept(
    first: subprocess.CompletedProcess[str], emulator: Emulator
) -> None:
    site = emulator.storage.objects[SITE]
    assert first.returncode == 0
    for page in ("index.html", "embed.html"):
        assert site[page]["cacheControl"].split(",")[0] == "no-cache"
    assets = {name: about for name, about in site.items() if not name.endswith(".html")}
    assert len(assets) > 15
    for name, about in assets.items():
        assert name.startswith("assets/")
        assert {"immutable", "max-age=31536000"} <= set(re.split(", ?", about["cacheControl"]))
    for name, about in site.items():
        shrinks = name.endswith((".html", ".css", ".js", ".svg", ".safetensors"))
        assert (about.get("contentEncoding") == "gzip") == shrinks, name
    kinds = {Path(name).suffix: about["contentType"] for name, about in site.items()}
    assert kinds.items() >= {".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml"}.items()
    assert kinds[".js"] in ("text/javascript", "application/javascript")
    assert set(re.findall(r'="(assets/[^"]+)"', content(emulator, "index.html").decode())) <= set(assets)


@pytest.mark.parametrize("asked", ["false", "true"])
def test_a_build_writes_weights_where_there_are_none_or_when_asked_to(
    cloud: FakeGcloud, emulator: Emulator, asked: str
) -> None:
    bucket = f"released-{asked}"
    emulator.create(bucket)
    theirs = emulator.put(bucket, "weights/digits.tflite", b"a release that somebody made")
    given = {"PROJECT_ID": PROJECT, "_WEIGHTS": f"gs://{bucket}/weights", "_PUBLISH_WEIGHTS": asked}
    step = commands(load(), given)["publish-weights"]
    subprocess.run(step, cwd=ROOT, env=cloud.environ, check=True, capture_output=True)
    found = {name: emulator.storage.objects[bucket][f"weights/{name}"] for name in WEIGHTS}
    assert (found["digits.tflite"]["generation"] == theirs) is (asked == "false")
    assert found["digits.weights.h5"]["cacheControl"] == "no-cache"
    for name in WEIGHTS:
        is_kept = asked == "false" and name == "digits.tflite"
        ours = (ROOT / "function" / "weights" / name).read_bytes()
        assert (emulator.storage.get_file(bucket, f"weights/{name}") == ours) is not is_kept


def content(emulator: Emulator, name: str) -> bytes:
    return gzip.decompress(emulator.storage.get_file(SITE, name))


def test_a_candidate_that_misreads_gets_no_traffic_and_no_page(
    first: subprocess.CompletedProcess[str], cloud: FakeGcloud, emulator: Emulator
) -> None:
    assert first.returncode == 0
    before = {name: about["generation"] for name, about in emulator.storage.objects[SITE].items()}
    weights = {name: about["generation"] for name, about in emulator.storage.objects[BUCKET].items()}
    calls = len(cloud.calls())
    done = deploy(cloud, FAKE_GCLOUD_BROKEN="1")
    assert done.returncode == 1
    assert "expected a 7 read by keras" in done.stderr
    (run,) = cloud.calls("run", "deploy", since=calls)
    assert flag(run, "no-traffic") == ""
    assert cloud.calls("run", "services", "update-traffic", since=calls) == []
    assert cloud.state["services"]["digits"]["serving"] == "digits-00001"
    assert before == {name: about["generation"] for name, about in emulator.storage.objects[SITE].items()}
    assert weights == {name: about["generation"] for name, about in emulator.storage.objects[BUCKET].items()}


def test_the_lite_runtime_takes_over_once_it_has_answered(
    first: subprocess.CompletedProcess[str], cloud: FakeGcloud, cloud_sdk: CloudSdk
) -> None:
    assert first.returncode == 0
    done = deploy(cloud, "--runtime=lite")
    assert done.returncode == 0, done.stdout + done.stderr
    newest = cloud.state["services"]["digits"]["revisions"][-1]["name"]
    assert cloud.state["services"]["digits"]["serving"] == newest
    deployed = cloud.folder / newest
    lite = (ROOT / "requirements" / "lite.txt").read_text()
    assert (deployed / "requirements.txt").read_text() == lite.replace("-c ", "-c requirements/")
    assert {path.name for path in deployed.iterdir()} == {"main.py", "requirements.txt", "requirements", "function"}
    assert "Step publish-page" in done.stdout


def test_gcloud_itself_takes_every_command_that_was_used(
    first: subprocess.CompletedProcess[str], cloud: FakeGcloud, cloud_sdk: CloudSdk, tmp_path: Path
) -> None:
    """By the parser that also writes `gcloud … --help`, so by names and values of flags alike."""
    assert {tuple(call[:2]) for call in cloud.calls()} >= {("run", "deploy"), ("builds", "submit"), ("storage", "cp")}
    policies = tmp_path / "policies.json"  # what is given on standard input
    policies.write_text(json.dumps(cloud.state["made"]["repositories"]["cloud-run-source-deploy"]["policies"]))
    calls = [[word.replace("--policy=-", f"--policy={policies}") for word in call] for call in cloud.calls()]
    assert cloud_sdk.refused(calls) == {}
    odd = [["run", "deploy", *flags_of(_PRIVATE="true", _MIN_INSTANCES="2")], token_command()]
    assert cloud_sdk.refused(odd) == {}
