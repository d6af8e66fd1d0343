"""What a deployment stands on in a Google Cloud project, made where it is missing: asked for first, then created."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.gcloud import PATIENCE, Gcloud

HERE = Path(__file__).resolve().parent
APIS = ("artifactregistry", "cloudbuild", "iam", "run", "storage")
IMAGES = "cloud-run-source-deploy"  # the repository that `gcloud run deploy --source` keeps its images in
KEPT_IMAGES = 10  # of a service, as many as versions of its weights
CLOSED = (
    "The page's bucket can't be public here, perhaps by your organization's policy. Run this again with --no-site, and "
    "put the page on any static host: python3 -m scripts.site --write FOLDER --function URL."
)
PRIVATE = "--public-access-prevention"  # whatever anybody grants later, it is never public
BUILD_ROLES = (  # of the project; what Google asks of who deploys from source, and of who builds
    "roles/run.admin",  # deploys, shifts traffic, and opens the service to everybody
    "roles/run.sourceDeveloper",
    "roles/run.builder",
    "roles/serviceusage.serviceUsageConsumer",
)


@dataclass(frozen=True)
class Names:
    """Everything that is named in a project. Buckets without gs://; `feedback` and `site` may be empty: none then."""

    project: str
    region: str
    service: str
    weights: str
    site: str
    feedback: str
    is_private: bool = False

    @property
    def account(self) -> str:
        """What the function runs as."""
        return f"{self.service}@{self._domain}.iam.gserviceaccount.com"

    @property
    def build_account(self) -> str:
        """What builds, deploys and publishes."""
        return f"{self.service}-build@{self._domain}.iam.gserviceaccount.com"

    @property
    def _domain(self) -> str:
        """example.org:project has accounts at project.example.org, others at project."""
        domain, _, project = self.project.rpartition(":")
        return f"{project}.{domain}" if domain else project


def make(gcloud: Gcloud, names: Names) -> None:
    """Makes what is missing. A second run finds everything there and changes nothing."""
    enable(gcloud)
    make_bucket(gcloud, names, names.weights, PRIVATE, _lifecycle("weights"))
    keep_versions(gcloud, names.weights)
    if names.site:
        make_bucket(gcloud, names, names.site, "--no-public-access-prevention", hint=CLOSED)
    if names.feedback:
        make_bucket(gcloud, names, names.feedback, PRIVATE, _lifecycle("feedback"))
    images = (IMAGES, f"--location={names.region}")
    if gcloud.ask("artifacts", "repositories", "describe", *images, "--format=value(name)") is None:
        gcloud.do("artifacts", "repositories", "create", *images, "--repository-format=docker")
    if gcloud.ask("artifacts", "repositories", "list-cleanup-policies", *images, "--format=json") in (None, "", "[]"):
        clean_up(gcloud, names, images)
    make_account(gcloud, names.account, "Reads the weights and writes corrections")
    make_account(gcloud, names.build_account, "Builds, deploys and publishes")
    grant_roles(gcloud, names)


def clean_up(gcloud: Gcloud, names: Names, images: tuple[str, ...]) -> None:
    """Has old images of this service deleted, of which each deployment adds one: all that a rollback wants stay."""
    package = {"packageNamePrefixes": [names.service]}
    policies = [
        {"name": "keep", "action": {"type": "Keep"}, "mostRecentVersions": {**package, "keepCount": KEPT_IMAGES}},
        {"name": "delete", "action": {"type": "Delete"}, "condition": {**package, "olderThan": "30d"}},
    ]
    command = ("artifacts", "repositories", "set-cleanup-policies", *images, "--policy=-", "--no-dry-run")
    gcloud.do(*command, given=json.dumps(policies))


def enable(gcloud: Gcloud) -> None:
    enabled = (gcloud.ask("services", "list", "--enabled", "--format=value(config.name)") or "").split()
    missing = [name for name in (f"{api}.googleapis.com" for api in APIS) if name not in enabled]
    if missing:
        gcloud.do("services", "enable", *missing)


def make_bucket(gcloud: Gcloud, names: Names, bucket: str, *settings: str, hint: str = "") -> None:
    """A bucket without access control lists. One that exists stays as it is: its operator may have changed it."""
    url = f"gs://{bucket}"
    if gcloud.ask("storage", "buckets", "describe", url, "--format=value(name)") is None:
        create = ("storage", "buckets", "create", url, f"--location={names.region}", "--uniform-bucket-level-access")
        gcloud.do(*create, *settings, hint=hint)


def keep_versions(gcloud: Gcloud, bucket: str) -> None:
    """So that a release can be rolled back. Creating a bucket doesn't offer this, so it is a step of its own."""
    url = f"gs://{bucket}"
    if gcloud.ask("storage", "buckets", "describe", url, "--format=value(versioning_enabled)") != "True":
        gcloud.do("storage", "buckets", "update", url, "--versioning")


def _lifecycle(name: str) -> str:
    return f"--lifecycle-file={HERE / f'{name}-lifecycle.json'}"


def make_account(gcloud: Gcloud, email: str, purpose: str) -> None:
    if gcloud.ask("iam", "service-accounts", "describe", email, "--format=value(email)") is None:
        gcloud.do("iam", "service-accounts", "create", email.partition("@")[0], f"--display-name={purpose}")


def grant_roles(gcloud: Gcloud, names: Names) -> None:
    function, build = f"serviceAccount:{names.account}", f"serviceAccount:{names.build_account}"
    weights = ("storage", "buckets", f"gs://{names.weights}")
    grant(gcloud, weights, (function, "roles/storage.objectViewer"), (build, "roles/storage.objectUser"))
    if names.site:
        site = ("storage", "buckets", f"gs://{names.site}")
        grant(gcloud, site, (build, "roles/storage.objectUser"))
        # Everybody may read what they know the name of; the role that may also list the bucket is another one.
        grant(gcloud, site, ("allUsers", "roles/storage.legacyObjectReader"), hint=CLOSED)
    if names.feedback:
        feedback = ("storage", "buckets", f"gs://{names.feedback}")
        grant(gcloud, feedback, (function, "roles/storage.objectCreator"))
    grant(gcloud, ("projects", "", names.project), *((build, role) for role in BUILD_ROLES))
    # The build hands the function its account, and its own to the build of the image.
    for account in (names.account, names.build_account):
        grant(gcloud, ("iam", "service-accounts", account), (build, "roles/iam.serviceAccountUser"))
    if names.is_private:  # the smoke test asks as the build's account, which makes its own token
        itself = ("iam", "service-accounts", names.build_account)
        grant(gcloud, itself, (build, "roles/iam.serviceAccountOpenIdTokenCreator"))


def grant(gcloud: Gcloud, resource: tuple[str, str, str], *wanted: tuple[str, str], hint: str = "") -> None:
    """Adds the (member, role) pairs that the resource's policy lacks; `resource` is two command words and its name."""
    *words, name = (word for word in resource if word)
    policy = json.loads(gcloud.ask(*words, "get-iam-policy", name, "--format=json") or "{}")
    granted = {
        (member, binding["role"])
        for binding in policy.get("bindings", ())
        if "condition" not in binding
        for member in binding["members"]
    }
    for member, role in wanted:
        if (member, role) not in granted:
            add = (*words, "add-iam-policy-binding", name, f"--member={member}", f"--role={role}")
            attempts = 1 if member == "allUsers" else PATIENCE  # only an account may not be known everywhere yet
            gcloud.do(*add, "--condition=None", "--format=none", attempts=attempts, hint=hint)
