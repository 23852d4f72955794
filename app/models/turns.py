"""Writers of one SQLite file take turns, in this process and among all of them.

SQLite itself lets a waiting writer sleep and look again, up to a tenth of a second at a time: with many
writers the file is idle most of the time. Whoever waits for its turn here is woken when the turn before ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

SUFFIX = "-turn"


@contextmanager
def turn_to_write(database: str) -> Iterator[None]:
    """Nobody else who asks for a turn writes to that file meanwhile; a turn ends with its process, too."""
    with turn_among_threads(database):
        descriptor = _file_of(database, os.getpid())
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


@cache
def turn_among_threads(_database: str) -> AbstractContextManager[object]:
    """The turn that one thread of this process has at a time; whoever has it may take it again."""
    return threading.RLock()


@cache
def _file_of(database: str, _process: int) -> int:
    # A process of its own opens the file anew: what is inherited would be the parent's turn.
    return os.open(Path(database + SUFFIX), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
