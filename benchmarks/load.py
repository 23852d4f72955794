"""Sends requests to a server on this machine over a few kept-alive connections, and counts the answers.

Measuring is done by a process of its own (`python -m benchmarks.load`), so that what measures and what
fills databases do not disturb each other. It is one loop over sockets and knows as much of HTTP as it needs:
answers have a Content-Length. The same loop is used for every server that is compared.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import chain, repeat

HOST = "127.0.0.1"
RECEIVED_AT_ONCE = 1 << 20
END_OF_HEAD = b"\r\n\r\n"
BODILESS = frozenset({204, 304})
SLOWEST_ANSWER = 30.0
CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """Requests to send; `again` sends them over and over, else each once, for at most so many seconds."""

    port: int
    requests: list[str]
    seconds: float
    again: bool = True
    connections: int = CONNECTIONS


@dataclass
class Answers:
    """What came back: how many answers of each status, in how long, and how many bytes."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    received: int = 0

    @property
    def number(self) -> int:
        """How many answers came."""
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.number / self.seconds


class UnexpectedAnswerError(Exception):
    """A server answered otherwise than it must for the figure to mean anything."""


def measure(load: Load, *, expected: int) -> Answers:
    """The answers to the load, of which every one has the expected status; raises otherwise."""
    answers = measure_any(load)
    if set(answers.statuses) != {expected}:
        raise UnexpectedAnswerError(f"expected only {expected}, got {answers.statuses}")
    return answers


def measure_any(load: Load) -> Answers:
    """The answers to the load, sent by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load"]
    told = json.dumps(asdict(load))
    patience = load.seconds + 2 * SLOWEST_ANSWER
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode:
        raise UnexpectedAnswerError(done.stderr.strip().splitlines()[-1])
    found = json.loads(done.stdout)
    return Answers(**{**found, "statuses": {int(key): n for key, n in found["statuses"].items()}})


def get(path: str, **headers: str) -> str:
    """A GET request as it goes over the wire."""
    return "".join([f"GET {path} HTTP/1.1\r\n", *_lines({"Host": HOST, **headers}), "\r\n"])


def post(path: str, body: str, **headers: str) -> str:
    """A POST request as it goes over the wire; the body is of ASCII characters only."""
    every = {"Host": HOST, "Content-Length": str(len(body)), **headers}
    return "".join([f"POST {path} HTTP/1.1\r\n", *_lines(every), "\r\n", body])


def send(load: Load) -> Answers:
    """The answers to the load, sent from this process."""
    wanted = [request.encode("ascii") for request in load.requests]
    left = chain.from_iterable(repeat(wanted)) if load.again else iter(wanted)
    statuses: Counter[int] = Counter()
    begun = time.perf_counter()
    until = begun + load.seconds

    def following() -> bytes | None:
        return next(left, None) if time.perf_counter() < until else None

    with selectors.DefaultSelector() as ready:
        open_ones = [_Connection(load.port, ready, following) for _ in range(load.connections)]
        while ready.get_map():
            for key, _mask in ready.select(SLOWEST_ANSWER) or _give_up():
                key.data.receive(statuses)
        ended = time.perf_counter()
    return Answers(ended - begun, dict(statuses), sum(one.received for one in open_ones))


class _Connection:
    def __init__(
        self, port: int, ready: selectors.BaseSelector, following: Callable[[], bytes | None]
    ) -> None:
        self.received = 0
        self._left: int | None = None
        self._port = port
        self._ready = ready
        self._following = following
        self._buffer = bytearray(RECEIVED_AT_ONCE)
        self._socket: socket.socket | None = None
        self._send_next()

    def receive(self, statuses: Counter[int]) -> None:
        assert self._socket is not None
        count = self._socket.recv_into(self._buffer)
        left = self._left
        if left is None:
            count, left = self._begin_answer(count)
        if count == 0:
            raise UnexpectedAnswerError("the server hung up in the middle of an answer")
        self.received += count
        self._left = left - count
        if self._left <= 0:
            statuses[self._status] += 1
            if self._closes:
                self._close()
            self._send_next()

    def _begin_answer(self, count: int) -> tuple[int, int]:
        """Reads the head, of which so many bytes have come; answers how many have and how many shall."""
        assert self._socket is not None
        end = self._buffer.find(END_OF_HEAD, 0, count)
        while end < 0:
            more = self._socket.recv_into(memoryview(self._buffer)[count:])
            if more == 0:
                raise UnexpectedAnswerError("the server hung up before it answered")
            count += more
            end = self._buffer.find(END_OF_HEAD, 0, count)
        head = bytes(self._buffer[:end]).lower()
        self._status = int(head[9:12])
        self._closes = b"connection: close" in head
        length = _number_after(b"content-length:", head)
        if length is None and self._status not in BODILESS:
            raise UnexpectedAnswerError(f"an answer {self._status} of unknown length")
        return count, end + len(END_OF_HEAD) + (length or 0)

    def _send_next(self) -> None:
        request = self._following()
        if request is None:
            self._close()
            return
        self._left = None
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self._port), timeout=SLOWEST_ANSWER)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ready.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request)

    def _close(self) -> None:
        if self._socket is not None:
            self._ready.unregister(self._socket)
            self._socket.close()
            self._socket = None


def _number_after(name: bytes, head: bytes) -> int | None:
    start = head.find(b"\r\n" + name)
    if start < 0:
        return None
    return int(head[start + 2 + len(name) :].split(b"\r\n", 1)[0])


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]


def _give_up() -> list[tuple[selectors.SelectorKey, int]]:
    raise UnexpectedAnswerError(f"no answer within {SLOWEST_ANSWER:.0f} seconds")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(send(Load(**json.load(sys.stdin))))))
