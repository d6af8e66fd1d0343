"""Between the server and the handler: requests come straight from WSGI, and answers go straight back, past Flask.

Flask would look for a route among the framework's, make a context and run hooks, all for a handler that has routes of
its own and reads bodies itself: a third of what a warm request costs here, and GET /favicon.ico answered in HTML.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, Request, Response
from werkzeug.http import HTTP_STATUS_CODES

from function.server.clients import lead_clients
from function.server.host import Closing, close_after

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TRUTHS = ("y", "yes", "t", "true", "on", "1")  # Source: functions-framework, for its LOG_EXECUTION_ID


@dataclass(eq=False)
class Reply:
    """An answer as it leaves: a WSGI application, and what Flask's dispatch takes.

    closes  whether the connection is closed after it
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    closes: bool = False

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self.closes:
            close_after(environ, start_response)
        start_response(f"{self.status} {HTTP_STATUS_CODES[self.status].upper()}", [*self.headers.items()])
        if not self.body or environ["REQUEST_METHOD"] == "HEAD":
            return ()
        return (self.body,)

    def response(self) -> Response:
        """The same for whoever calls `predict`, as functions-framework does by its own ways."""
        response = (Closing if self.closes else Response)(self.body, self.status, self.headers)
        if not self.body:
            del response.headers["Content-Type"]  # which Flask adds, of nothing
        return response


def lead(app: Flask, answer: Callable[[Request], Reply], environ: Mapping[str, str]) -> None:
    """Has `app`, the framework's, answer by `answer` whatever comes.

    environ  where LOG_EXECUTION_ID is set as functions-framework wants it, log lines are labeled as it does that
    """
    if environ.get("LOG_EXECUTION_ID", "") in TRUTHS:
        from functions_framework.execution_id import WsgiMiddleware, set_execution_context

        own = threading.local()  # the decorator finds headers in what it was given once, as in Flask's `request`
        labeled = set_execution_context(own, True)(lambda: answer(own.request))

        def answer_labeled(request: Request) -> Reply:
            own.request, own.headers = request, request.headers
            reply: Reply = labeled()
            return reply

        app.wsgi_app = WsgiMiddleware(Front(answer_labeled))  # type: ignore[method-assign]
    else:
        app.wsgi_app = Front(answer)  # type: ignore[method-assign]


class Front:
    """The WSGI application that takes the place of the framework's.

    answer  a request → its reply, always
    """

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer
        self._has_begun = False

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._has_begun:  # not earlier: the server makes what works after it has imported us
            self._has_begun = True
            lead_clients()
        # Else the environment would hold the request, and both the body, until the next collection.
        return self._answer(Request(environ, populate_request=False))(environ, start_response)
