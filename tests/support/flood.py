"""`python -m tests.support.flood URL COUNT CLIENTS`: posts corrections, and prints statuses as JSON.

As fast as they are answered, and in a process of its own: in the readers' process it would hold up their clocks,
whatever the function does.
"""

import base64
import collections
import http.client
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from tests.support.drawings import encode, paint, seven

JUNK = (b"{", b'{"image": "AAAA", "label": 1, "consent": true}', b'{"image": "x", "label": 99}')


def body(number: int) -> bytes:
    """Of three, one is a new drawing, one a duplicate and one junk."""
    if number % 3 == 2:
        return JUNK[number % 9 // 3]
    new: dict[str, Any] = {"left": 0.1 + 0.0003 * number, "size": 0.4 + 0.0003 * number} if number % 3 == 0 else {}
    url = "data:image/png;base64," + base64.b64encode(encode(paint(seven(**new)))).decode()
    return json.dumps({"image": url, "label": 7, "prediction": "1", "consent": True}).encode()


def post(url: str, content: bytes) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("POST", "/feedback", content)
        return connection.getresponse().status
    finally:
        connection.close()


def main(url: str, count: int, clients: int) -> None:
    bodies = [body(number) for number in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(clients) as pool:
        statuses = collections.Counter(pool.map(lambda content: post(url, content), bodies))
    print(json.dumps(statuses))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
