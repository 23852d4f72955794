"""Servers for the time of a measurement, each on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.serve import web_command
from benchmarks.load import HOST

SECONDS_TO_START = 120
SECONDS_TO_END = 12
POLL_SECONDS = 0.05
OURS = "app:create_app"
BARE = "benchmarks.bare:create_app"


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    pid: int


@dataclass(frozen=True)
class Answer:
    """One answer, as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes


class ServerError(Exception):
    """A server did not start; the message ends with what it said."""


@contextmanager
def granian(factory: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    """A web server started as `flask serve` starts it, with that environment added to ours."""
    port = free_port()
    with running(web_command(factory, HOST, port), environment, port, log) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], port: int, log: Path, path: str = "/"
) -> Iterator[Server]:
    """The command as a process of its own, from its first answer until the end of the block."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=said, stderr=said, start_new_session=True
        )
    try:
        _wait_for(process, port, path, log)
        yield Server(port, process.pid)
    finally:
        _end(process)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str, **headers: str) -> Answer:
    """The answer to one GET request."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS_TO_START)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): said for name, said in headers.items()}
        )
        response = connection.getresponse()
        heads = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, heads, response.read())
    finally:
        connection.close()


def _wait_for(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            ask(port, path)
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise ServerError(f"{' '.join(process.args)} did not start:\n{log.read_text()[-2000:]}")  # type: ignore[arg-type]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
