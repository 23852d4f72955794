"""What the process apart does: reads standard input by one importer, and writes what it found as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from app.adapters.apart._confinement import confine
from app.services.files.importing import Unreadable, UnreadableError, within_limits


def read_standard_input(words: Sequence[str]) -> None:
    """Standard output holds the answer: {"found": …}, {"refused": …, "readings": …} or {"failed": …}."""
    module, encoding, seconds, megabytes = words
    importer = importlib.import_module(module).create()
    confine(int(seconds), int(megabytes))
    answer = _answer(importer, encoding)
    written = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=vars)
    sys.stdout.buffer.write(written.encode(errors="replace"))


def _answer(importer: Any, encoding: str) -> dict[str, object]:
    try:
        return {"found": within_limits(importer.read(sys.stdin.buffer.read(), encoding))}
    except UnreadableError as error:
        return {"refused": error.reason, "readings": error.readings}
    except MemoryError:
        return {"refused": Unreadable.TOO_COMPLEX}
    except RecursionError:
        return {"refused": Unreadable.TOO_DEEP}
    except Exception as error:
        return {"failed": _place_of(error)}


def _place_of(error: BaseException) -> str:
    """Which error it was and where, without any of the document's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
