"""The ceiling: a bare Flask application that does nothing but answer, on the same server as Innspill."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response

FOLDER = "BARE_FOLDER"
SQUEEZED = ".gz"


def create_app() -> Flask:
    """Answers /hello, and under /same/<name> the files of a folder from memory."""
    app = Flask(__name__)
    bodies = {file.name: file.read_bytes() for file in Path(os.environ[FOLDER]).iterdir()}

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/same/<name>")
    def same(name: str) -> Response:
        response = Response(bodies[name], mimetype="text/html")
        if name.endswith(SQUEEZED):
            response.headers["Content-Encoding"] = "gzip"
        return response

    return app
