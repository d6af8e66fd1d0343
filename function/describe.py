"""What the function tells of itself: GET / and /model."""

from dataclasses import asdict
from typing import Any

from function.dialects.dialect import MAX_PICTURES
from function.dialects.table import DIALECTS
from function.keeper import Release, Status
from function.picture.limits import FORMATS, MAX_SIDE, MIN_SIDE
from function.settings import Settings

KEEPS = 'keeps {"image": picture, "label": digit, "prediction": digit, "consent": true}'


def service(settings: Settings, *, feedback: bool) -> dict[str, Any]:
    """The service and its inputs, for a person with curl."""
    return {
        "service": "Reads handwritten digits: POST a picture, get the digit.",
        "example": "curl -F image=@seven.png URL",
        "picture": [
            "784 comma-separated numbers",
            f"base64 of {', '.join(FORMATS)}",
            "a data URL of one",
            "a list of n² numbers, such as 784",
            "nested lists of H×W, H×W×1 or 1×H×W numbers",
            "784 bytes, one a pixel, as a body or a file",
        ],
        "request": [line for dialect in DIALECTS for line in dialect.request],
        "limits": {
            "body_bytes": settings.max_body_bytes,
            "pictures": MAX_PICTURES,
            "min_side": MIN_SIDE,
            "max_side": MAX_SIDE,
        },
        "options": {"seen=1": "adds the 28×28 picture that the network was given"},
        "routes": {
            "GET /": "this page",
            "GET /health": "whether the server runs; loads nothing",
            "GET /model": "loads the network and tells which one it is",
            "GET /weights/{version}": "the weights in service, that version, as float16 for a page",
            "GET /openapi.json": "all of this as an OpenAPI document, with examples",
            **({"POST /feedback": KEEPS} if feedback else {}),
            "POST /": "reads digits, as does any other path",
        },
        "feedback": feedback,
    }


def model(release: Release, status: Status) -> dict[str, Any]:
    """The network that answers now, and how the last look for a newer one went."""
    network = release.network
    told = {"scores": dict(network.scores), "threshold": network.threshold}
    return {**brief(release), **told, "refresh": asdict(status)}


def brief(release: Release) -> dict[str, str]:
    """The part of `model` that stands in every answer."""
    return {
        "version": release.version,
        "architecture": release.network.architecture,
        "runtime": release.network.runtime,
        "source": release.source,
    }
