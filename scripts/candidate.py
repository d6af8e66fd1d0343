"""Deploys a staged folder to Cloud Run as a candidate: a revision with an address of its own that nobody is sent to.

    python -m scripts.candidate SERVICE --source=FOLDER --region=… --runtime=keras --weights=gs://bucket/weights …

Writes the candidate's URL and the service's into the files `candidate` and `service` of the folder --urls.
Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scripts.gcloud import Gcloud
from scripts.runtimes import RUNTIMES

TAG = "candidate"
# The network is loaded before the first request comes. Each look is short, since the first one meets a server that
# is still starting; the load it begins goes on, and a later look finds it done.
PROBE = "httpGet.path=/model,httpGet.port=8080,timeoutSeconds=2,periodSeconds=2,failureThreshold=60"


def deploy(gcloud: Gcloud, options: argparse.Namespace) -> dict[str, str]:
    """The URLs of the candidate and the service. Exits when Cloud Run doesn't tell them.

    Cloud Run refuses --no-traffic while there is no revision that could go on serving.
    """
    service = (options.service, f"--region={options.region}")
    is_serving = serves(gcloud, options)
    if not is_serving:
        print(f"{options.service} serves nothing yet: this revision gets the traffic at once.", flush=True)
    gcloud.do("run", "deploy", *service, *flags(options), *(["--no-traffic"] if is_serving else []))
    description = gcloud.ask("run", "services", "describe", *service, "--format=json")
    status = json.loads(description or "{}").get("status", {})
    tagged = {target.get("tag"): target.get("url") for target in status.get("traffic", ())}
    if not (status.get("url") and tagged.get(TAG)):
        sys.exit(f"{options.service} has no address, or its revision has none by the tag {TAG}")
    return {"candidate": tagged[TAG], "service": status["url"]}


def serves(gcloud: Gcloud, options: argparse.Namespace) -> bool:
    """Whether there is a revision to go on serving. Exits when that can't be told: a guess could cost its traffic.

    A list, unlike a describe, tells a service that isn't there from a question that failed.
    """
    found = gcloud.ask(
        *("run", "services", "list", f"--region={options.region}", f"--filter=metadata.name={options.service}"),
        "--format=value(status.latestReadyRevisionName)",
    )
    if found is None:
        sys.exit(f"the services in {options.region} can't be listed")
    return found != ""


def flags(options: argparse.Namespace) -> list[str]:
    """What `gcloud run deploy` is told of this revision."""
    runtime = RUNTIMES[options.runtime]
    environ = {
        "WEIGHTS_URL": f"{options.weights.rstrip('/')}/{runtime.weights}",
        "ALLOWED_ORIGINS": options.origin,
        "FEEDBACK_URL": options.feedback,
        "THREADS": options.concurrency,  # of the server: with fewer, requests would wait inside an instance
        "XDG_RUNTIME_DIR": "/tmp",  # noqa: S108  gunicorn's control socket; its other choice, HOME, can't be written
    }
    return [
        f"--source={options.source}",
        "--function=predict",
        "--base-image=python313",  # pinned: TensorFlow has no wheels yet for the newest Python that they offer
        f"--tag={TAG}",
        f"--service-account={options.service_account}",
        f"--build-service-account={options.build_service_account}",
        # Both are said each time, so that a deployment can change its mind. Who may ask isn't checked by a role for
        # everybody, which organizations forbid. Source: https://docs.cloud.google.com/run/docs/authenticating/public
        "--invoker-iam-check" if options.private == "true" else "--no-invoker-iam-check",
        f"--memory={runtime.memory}",
        "--cpu=1",
        "--cpu-boost",
        f"--concurrency={options.concurrency}",
        f"--max-instances={options.max_instances}",
        f"--min={options.min_instances}",  # of the service: a candidate without traffic keeps none
        f"--startup-probe={PROBE}",
        "--set-env-vars=^;^" + ";".join(f"{name}={value}" for name, value in environ.items()),
    ]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("service")
    parser.add_argument("--source", required=True, help="a folder that scripts.stage filled")
    parser.add_argument("--region", required=True)
    parser.add_argument("--runtime", choices=RUNTIMES, default="keras")
    parser.add_argument("--weights", required=True, help="gs://bucket/folder of the weights")
    parser.add_argument("--origin", default="*", help="origins that may call, comma-separated")
    parser.add_argument("--feedback", default="", help="gs://bucket of corrections; empty = none are taken")
    parser.add_argument("--service-account", required=True, help="what the function runs as")
    parser.add_argument("--build-service-account", required=True, help="what its image is built as: projects/…")
    parser.add_argument("--concurrency", default="8", help="requests that one instance answers at a time")
    parser.add_argument("--max-instances", default="10")
    parser.add_argument("--min-instances", default="0", help="kept warm, and billed while nobody asks")
    parser.add_argument("--private", choices=("true", "false"), default="false", help="answer invokers alone")
    parser.add_argument("--urls", type=Path, required=True, help="folder for the URLs")
    return parser


def main() -> None:
    options = parser().parse_args()
    options.urls.mkdir(parents=True, exist_ok=True)
    for name, url in deploy(Gcloud(), options).items():
        (options.urls / name).write_text(url)
        print(f"{name}: {url}", flush=True)


if __name__ == "__main__":
    main()
