"""Writers of one SQLite file take turns."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

from app.models.turns import turn_among_threads, turn_to_write

PATIENCE = 60
TAKES_A_TURN = """
import sys, time
from app.models.turns import turn_to_write
with turn_to_write(sys.argv[1]):
    print("mine", flush=True)
    time.sleep(60)
"""


def test_two_threads_are_never_at_it_together(tmp_path: Path) -> None:
    inside, most = 0, 0
    database = str(tmp_path / "threads.sqlite3")

    def write() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turn_to_write(database):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert most == 1


def test_whoever_has_the_turn_of_the_threads_writes_in_it_and_another_thread_waits(tmp_path: Path) -> None:
    database = str(tmp_path / "readying.sqlite3")
    written = []

    def write(who: str) -> None:
        with turn_to_write(database):
            written.append(who)

    waiting = threading.Thread(target=write, args=["the other"])
    with turn_among_threads(database):
        waiting.start()
        waiting.join(0.3)
        write("the one")
    waiting.join(PATIENCE)
    assert written == ["the one", "the other"]


def test_another_process_waits_and_a_killed_one_gives_its_turn_up(tmp_path: Path) -> None:
    database = str(tmp_path / "processes.sqlite3")
    command = [sys.executable, "-c", TAKES_A_TURN, database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"mine\n"
        taken = threading.Event()

        def write() -> None:
            with turn_to_write(database):
                taken.set()

        waiting = threading.Thread(target=write)
        waiting.start()
        assert not taken.wait(0.3)
        other.send_signal(signal.SIGKILL)
        assert taken.wait(PATIENCE)
        waiting.join(PATIENCE)
