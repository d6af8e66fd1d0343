"""What a worker's process on this machine runs: Beam's own, which says less then, and ends when its run has ended."""

import json
import os
import sys
import threading
import time
from pathlib import Path

LOOK = 0.5  # seconds between looks whether the run is still there


def main() -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stderr.fileno())  # what goes wrong goes to the run as well, which tells it once
    from apache_beam.runners.worker import sdk_worker_main

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    told = json.loads(os.environ.get("PIPELINE_OPTIONS") or "{}")
    os.environ["PIPELINE_OPTIONS"] = json.dumps({**told, "default_sdk_harness_log_level": "CRITICAL"})
    sdk_worker_main.main(sys.argv)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)


if __name__ == "__main__":
    main()
