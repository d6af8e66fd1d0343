"""The emulator's storage with what real buckets have and it lacks: generations and preconditions."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.storage import Storage


class Answer(Exception):
    """Ends a request with this status instead of whatever the emulator would have answered."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Generations(Storage):  # type: ignore[misc]
    """The emulator's storage, obeying the generations and preconditions that `query` asks for.

    `query` belongs to the request being handled; the handler's lock admits one at a time.
    """

    def __init__(self) -> None:
        super().__init__(use_memory_fs=True, data_dir="/")  # data_dir must be absolute, and stays unused
        self.query: Mapping[str, str] = {}
        self.kept: dict[tuple[str, str], dict[str, tuple[dict[str, Any], bytes]]] = {}

    def empty(self, bucket: str) -> None:
        self.objects.pop(bucket, None)
        self.kept = {key: versions for key, versions in self.kept.items() if key[0] != bucket}

    def create_file(self, bucket: str, name: str, content: bytes, meta: dict[str, Any], *rest: Any) -> None:
        self._check_preconditions(bucket, name)
        super().create_file(bucket, name, content, meta, *rest)
        versions = self.kept.setdefault((bucket, name), {})
        if not self._keeps_versions(bucket):
            versions.clear()
        versions[meta["generation"]] = (meta, content)

    def delete_file(self, bucket: str, name: str) -> None:
        self._check_preconditions(bucket, name)
        live = self.objects.get(bucket, {}).get(name, {})
        if self.query.get("generation", live.get("generation")) != live.get("generation"):
            self.kept.get((bucket, name), {}).pop(self.query["generation"], None)
            return
        super().delete_file(bucket, name)
        if not self._keeps_versions(bucket):
            self.kept.pop((bucket, name), None)

    def get_file_obj(self, bucket: str, name: str) -> dict[str, Any]:
        if "generation" in self.query:
            return self._pinned(bucket, name)[0]
        if "upload_id" not in self.query:
            self._check_preconditions(bucket, name)
        found: dict[str, Any] = super().get_file_obj(bucket, name)
        return found

    def get_file(self, bucket: str, name: str, show_error: bool = True) -> bytes:
        if "generation" in self.query:
            return self._pinned(bucket, name)[1]
        found: bytes = super().get_file(bucket, name, False)
        return found

    def _list_live_candidates(self, bucket: str, prefix: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        if self.query.get("versions", "").lower() != "true":
            live: list[tuple[str, dict[str, Any]]] = super()._list_live_candidates(bucket, prefix)
            return live
        return [
            (name, meta)
            for (owner, name), versions in self.kept.items()
            for meta, _ in versions.values()
            if owner == bucket and name.startswith(prefix or "")
        ]

    def _pinned(self, bucket: str, name: str) -> tuple[dict[str, Any], bytes]:
        try:
            return self.kept[bucket, name][self.query["generation"]]
        except KeyError:
            raise NotFound from None

    def _keeps_versions(self, bucket: str) -> bool:
        return bool((self.buckets.get(bucket) or {}).get("versioning", {}).get("enabled"))

    def _check_preconditions(self, bucket: str, name: str) -> None:
        live = self.objects.get(bucket, {}).get(name, {"generation": "0", "metageneration": "0"})
        for field in ("generation", "metageneration"):
            asked = f"if{field.capitalize()}"
            if self.query.get(f"{asked}Match", live[field]) != live[field]:
                raise Answer(HTTPStatus.PRECONDITION_FAILED)
            if self.query.get(f"{asked}NotMatch") == live[field]:
                raise Answer(HTTPStatus.NOT_MODIFIED)
