"""What the function tells of itself: GET /, /model and TensorFlow Serving's model pages."""

from dataclasses import asdict
from typing import Any

from function.dialects import MAX_PICTURES
from function.keeper import Release, Status
from function.pictures import FORMATS, MAX_SIDE, MIN_SIDE
from function.settings import Settings


def service(settings: Settings, *, feedback: bool) -> dict[str, Any]:
    """The service and its inputs, for a person with curl."""
    return {
        "service": "Reads handwritten digits: POST a picture, get the digit.",
        "example": "curl -F image=@seven.png URL",
        "picture": [
            "784 comma-separated numbers",
            f"base64 of {', '.join(FORMATS)}",
            "a data URL of one",
            "a list of 784 numbers",
            "nested lists of H×W, H×W×1 or 1×H×W numbers",
        ],
        "request": [
            'JSON {"image": picture}',
            'JSON {"images": [picture, …]}',
            "a form with the field image",
            "multipart file(s) under any name",
            "a raw image/* body",
            "text/plain",
        ],
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
            "POST /feedback": 'keeps {"image": picture, "label": digit, "prediction": digit, "consent": true}',
            "POST /": "reads digits, as does any other path",
        },
        "feedback": feedback,
    }


def model(release: Release, status: Status) -> dict[str, Any]:
    """The network that answers now, and how the last look for a newer one went."""
    return {**brief(release), "scores": dict(release.network.scores), "refresh": asdict(status)}


def brief(release: Release) -> dict[str, str]:
    """The part of `model` that stands in every answer."""
    return {
        "version": release.version,
        "architecture": release.network.architecture,
        "runtime": release.network.runtime,
        "source": release.source,
    }


def served_status(name: str, release: Release) -> dict[str, Any]:
    """GET /v1/models/<name> as TensorFlow Serving answers it, with KServe's two keys beside it."""
    state = {"version": release.version, "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    return {"model_version_status": [state], "name": name, "ready": True}


def served_metadata(name: str, release: Release) -> dict[str, Any]:
    """GET /v1/models/<name>/metadata as TensorFlow Serving answers it."""
    signature = {
        "inputs": {"digits": _tensor("digits", -1, 28, 28)},
        "outputs": {"probabilities": _tensor("probabilities", -1, 10)},
        "method_name": "tensorflow/serving/predict",
    }
    return {
        "model_spec": {"name": name, "signature_name": "", "version": release.version},
        "metadata": {"signature_def": {"signature_def": {"serving_default": signature}}},
    }


def _tensor(name: str, *shape: int) -> dict[str, Any]:
    sides = [{"size": str(side), "name": ""} for side in shape]
    return {"dtype": "DT_FLOAT", "tensor_shape": {"dim": sides, "unknown_rank": False}, "name": f"{name}:0"}
