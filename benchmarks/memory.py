"""How much memory the processes of a server hold."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEBIBYTE = 1 << 20
KIBIBYTE = 1 << 10
SAMPLE_SECONDS = 0.02
PROCESSES = Path("/proc")


@contextmanager
def peak_above_idle(group: int) -> Iterator[Callable[[], float]]:
    """Answers, when asked after the block, by how many MiB the memory of the process group had grown."""
    idle = resident(group)
    seen = [idle]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_SECONDS):
            seen.append(resident(group))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: (max(seen) - idle) / MEBIBYTE
    finally:
        over.set()
        watcher.join()


def resident(group: int) -> int:
    """Bytes of memory that the processes of a group hold."""
    if PROCESSES.joinpath("self", "statm").exists():
        return sum(_resident_in(entry, group) for entry in PROCESSES.glob("[0-9]*"))
    said = subprocess.run(["ps", "-axo", "pgid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in said.splitlines()]
    return sum(int(size) * KIBIBYTE for owner, size in rows if int(owner) == group)


def _resident_in(entry: Path, group: int) -> int:
    with suppress(OSError):  # it ended while we looked
        if os.getpgid(int(entry.name)) == group:
            return int(entry.joinpath("statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
