"""An importer as a stranger would like it to be, to see what the process apart lets it do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from app.services.files.importing import FoundBlock, FoundDraft

SECONDS_OF_SLEEP = 180


def create() -> HostileImporter:
    return HostileImporter()


class HostileImporter:
    """Does what the file says."""

    suffixes = (".evil",)

    def read(self, content: bytes, encoding: str = "") -> FoundDraft:
        act, _, where = content.decode().partition(" ")
        return FoundDraft("Title", [FoundBlock("paragraph", 0, "", str(getattr(self, act)(where)))])

    def loop(self, _where: str) -> None:
        while True:
            pass

    def deaf(self, where: str) -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        self.loop(where)

    def sleep(self, _where: str) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(SECONDS_OF_SLEEP)

    def eat(self, _where: str) -> None:
        eaten = []
        while True:
            eaten.append(bytearray(10_000_000))

    def recurse(self, where: str) -> None:
        self.recurse(where)

    def crash(self, _where: str) -> None:
        os.abort()

    def fail(self, _where: str) -> None:
        raise ZeroDivisionError

    def connect(self, where: str) -> None:
        socket.create_connection(("127.0.0.1", int(where)), timeout=2).close()

    def start(self, _where: str) -> None:
        subprocess.run(["/bin/true"], check=True)

    def fork(self, _where: str) -> None:
        os.fork()

    def write(self, where: str) -> None:
        Path(where).write_bytes(b"words")

    def flood(self, _where: str) -> None:
        while True:
            sys.stdout.buffer.write(b"x" * 1_000_000)

    def lie(self, where: str) -> None:
        sys.stdout.buffer.write(where.encode())
        sys.stdout.buffer.flush()
        os._exit(0)

    def environment(self, _where: str) -> list[str]:
        return sorted(set(os.environ) - {"LC_CTYPE"})

    def modules(self, _where: str) -> list[str]:
        return sorted({"flask", "sqlalchemy", "app.web", "app.models.draft"} & set(sys.modules))
