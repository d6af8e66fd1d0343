"""The Cloud Function's entry point: `functions-framework --target predict`."""

import os
import sys

import flask

from function.errors import BadSettings
from function.handler import Handler
from function.network.blas import stay_in_one_thread
from function.opening import open_corrections, open_keeper
from function.server.front import lead
from function.server.host import return_large_memory, share_memory
from function.settings import Settings

# Seconds that a thread may keep the interpreter while others want it. Python's 0.005 is longer than an answer takes.
sys.setswitchinterval(0.001)
return_large_memory()
share_memory()
stay_in_one_thread()
try:
    settings = Settings.from_environ(os.environ)
    handler = Handler(settings, open_keeper(settings), open_corrections(settings))
except BadSettings as error:
    sys.exit(f"The function doesn't start: {error}")
if flask.has_app_context():  # imported by the framework, which lends us its app
    lead(flask.current_app, handler, os.environ)


def predict(request: flask.Request) -> flask.Response:
    """Answers one HTTP request, where nobody has the front."""
    return handler(request).response()
