"""Lines → a file of JSON lines or CSV, and what pandas and BigQuery want to know of it."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from scripts.bulk.reading import Line

Form = Literal["jsonl", "csv"]
PRECISION = 6  # decimals of a probability, as in the function's answers

COLUMNS = ("name", "kind", "text", "confidence", "problem", "detail", "version")
DIGITS = tuple(f"p{digit}" for digit in range(10))  # columns of CSV, whose fields hold one number each


def shard_name(index: int, form: Form) -> str:
    return f"readings-{index:06}.{form}"


def encoded(lines: Iterable[Line], form: Form, version: str, *, probabilities: bool) -> bytes:
    """A shard's file. Of CSV, each begins with the columns' names."""
    if form == "jsonl":
        return "".join(_json(line, version, probabilities) for line in lines).encode()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns(form, probabilities=probabilities))
    for line in lines:
        confidence = "" if line.confidence is None else round(line.confidence, PRECISION)
        shares = [*map(str, _rounded(line))] or [""] * len(DIGITS)
        writer.writerow(
            [_utf8(line.name), line.kind, line.text, confidence, line.problem, line.detail, version]
            + (shares if probabilities else [])
        )
    return text.getvalue().encode()


def columns(form: Form, *, probabilities: bool) -> tuple[str, ...]:
    more = DIGITS if form == "csv" else ("probabilities",)
    return COLUMNS + (more if probabilities else ())


def decoded(data: bytes, form: Form) -> Iterator[dict[str, str]]:
    """The name, kind, text, confidence and problem of each line of a shard's file."""
    text = data.decode()
    if form == "csv":
        yield from csv.DictReader(io.StringIO(text))
        return
    for line in text.rstrip("\n").split("\n"):  # names may hold other ends of lines
        yield {key: "" if value is None else str(value) for key, value in json.loads(line).items()}


def schema(form: Form, *, probabilities: bool) -> bytes:
    """For `bq load`."""
    numbers = {"confidence", *DIGITS}
    fields = [
        {
            "name": name,
            "type": "FLOAT64" if name in numbers or name == "probabilities" else "STRING",
            "mode": "REPEATED" if name == "probabilities" else "NULLABLE",
        }
        for name in columns(form, probabilities=probabilities)
    ]
    return (json.dumps(fields, indent=1) + "\n").encode()


def bq_line(output: str, form: Form) -> str:
    """Which loads all shards into a table."""
    source = "NEWLINE_DELIMITED_JSON" if form == "jsonl" else "CSV --skip_leading_rows=1"
    return f"bq load --source_format={source} digits.readings '{output}/readings-*.{form}' schema.json"


def _json(line: Line, version: str, probabilities: bool) -> str:
    told: dict[str, Any] = {
        "name": _utf8(line.name),
        "kind": line.kind,
        "text": line.text,
        "confidence": None if line.confidence is None else round(line.confidence, PRECISION),
        "problem": line.problem or None,
        "detail": line.detail or None,
        "version": version,
    }
    if probabilities:
        told["probabilities"] = _rounded(line)
    return json.dumps(told, ensure_ascii=False) + "\n"


def _rounded(line: Line) -> list[float]:
    return [round(share, PRECISION) for share in line.probabilities]


def _utf8(name: str) -> str:
    """File names may be any bytes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
