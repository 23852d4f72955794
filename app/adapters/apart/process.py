"""Reads every file in a process of its own, which has little memory, little time and no network."""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from app.adapters.apart._answers import found_draft
from app.services.files.importing import (
    MEGABYTE,
    MOST_FILE_BYTES,
    DraftReader,
    FoundDraft,
    Importer,
    Unreadable,
    UnreadableError,
    importer_for,
    refuse_size,
    within_limits,
)

SECONDS = 9  # so that the answer is there within 10
MEGABYTES = 512
MOST_ANSWER_BYTES = 64 * MEGABYTE
BEGIN = Path(__file__).with_name("_begin.py")

logger = logging.getLogger(__name__)


def create(importers: Mapping[str, Importer]) -> DraftReader:
    """A reader of the formats that the importers read."""
    return ProcessReader(importers)


class ProcessReader:
    """Starts a Python for every file, and kills it when it takes too long."""

    def __init__(
        self, importers: Mapping[str, Importer], seconds: int = SECONDS, megabytes: int = MEGABYTES
    ) -> None:
        self._importers = importers
        self._seconds = seconds
        self._megabytes = megabytes

    def read(self, file_name: str, content: bytes, encoding: str = "") -> FoundDraft:
        """What the file holds, read by the importer of its suffix; raises UnreadableError."""
        importer = importer_for(self._importers, file_name)
        refuse_size(content, MOST_FILE_BYTES)
        return within_limits(self._read_apart(type(importer).__module__, content, encoding))

    def _read_apart(self, module: str, content: bytes, encoding: str) -> FoundDraft:
        with TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            written, status = self._run([module, encoding, str(self._seconds), str(self._megabytes)], file)
        try:
            return found_draft(json.loads(written))
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s ended with %s: %s", module, status, written[:200].decode(errors="replace"))
            raise UnreadableError(_why(status)) from error

    def _run(self, words: list[str], file: IO[bytes]) -> tuple[bytes, int]:
        """What the process wrote, and how it ended; raises UnreadableError when it had to be killed."""
        with subprocess.Popen(  # noqa: S603 - our own programme; the file comes by standard input
            [sys.executable, "-I", str(BEGIN), *words],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        ) as process:
            try:
                written = _read_in_time(process, self._seconds)
                return written, process.wait(timeout=1)
            finally:
                # Its whole session: nothing that it started stays.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)


def _read_in_time(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    ends_at = time.monotonic() + seconds
    parts: list[bytes] = []
    pipe, size = process.stdout, 0
    if pipe is None:
        return b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(max(0.0, ends_at - time.monotonic())):
            part = os.read(pipe.fileno(), MEGABYTE)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MOST_ANSWER_BYTES:
                raise UnreadableError(Unreadable.TOO_COMPLEX)
    raise UnreadableError(Unreadable.TOO_SLOW)


def _why(status: int) -> Unreadable:
    if status == -signal.SIGXCPU:
        return Unreadable.TOO_SLOW
    # A library that finds no memory may end the process in any way.
    return Unreadable.TOO_COMPLEX if status < 0 else Unreadable.DAMAGED
