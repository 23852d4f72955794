"""The site as it ships: started as `make run` starts it, on a free port, with a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app import create_app
from app.models.base import db
from config import Config, read_config
from tests.conftest import SECRET
from tests.slowness import slow_way

ROOT = Path(__file__).parent.parent
PATIENCE = 90
PAUSE = 0.1
OPEN = "Ctrl-C ends it."


@dataclass
class LiveSite:
    """A running site, and what it has said so far."""

    settings: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def address(self) -> str:
        """Where it answers, without a path."""
        return self.settings.get("BASE_URL") or f"http://127.0.0.1:{self.settings['PORT']}"

    @property
    def said(self) -> str:
        """What it printed since its last start: the greeting, links, letters."""
        return self.log.read_text(encoding="utf-8")

    def start(self) -> None:
        """It begins to start; `wait_until_open` says when it answers."""
        environment = {**without_settings(os.environ), **self.settings, "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "tools" / "run.py")],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_open(self) -> None:
        """It answers; raises AssertionError with what it said when it ended or is too slow."""
        wait_until(lambda: OPEN in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        assert OPEN in self.said, self.said

    def end(self) -> int:
        """It is ended by Ctrl-C; the answer is what it ended with."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """All its processes are gone at once, as when the power fails."""
        for number in family_of(self.process.pid):
            os.kill(number, signal.SIGKILL)
        self.process.wait(PATIENCE)

    @property
    def config(self) -> Config:
        """The settings it runs with."""
        return read_config(self.settings)


@contextmanager
def live_site(folder: Path, **settings: str) -> Iterator[LiveSite]:
    """A site that answers, with the example loaded; ended afterwards."""
    usual = {
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(folder / "data"),
        "PORT": str(free_port()),
        "TRUSTED_PROXIES": "1",
    }
    site = LiveSite({**usual, **settings}, folder / "said.txt")
    try:
        site.wait_until_open()
        yield site
    finally:
        site.end()


@contextmanager
def late_site(folder: Path, milliseconds: int) -> Iterator[LiveSite]:
    """A site as of `live_site` whose pages take that much longer, if any."""
    if not milliseconds:
        with live_site(folder) as site:
            yield site
        return
    port, own = free_port(), free_port()
    with (
        slow_way(port, own, milliseconds),
        live_site(folder, PORT=str(own), BASE_URL=f"http://127.0.0.1:{port}") as site,
    ):
        yield site


@contextmanager
def inside(config: Config) -> Iterator[None]:
    """The test looks into the site's own database, by its services and models."""
    app = create_app(config)
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
            app.extensions["ports"].changes.close()


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would change the site."""
    named = re.compile(r"(SECRET_KEY|HOST|PORT|DATA_DIR|TRUSTED_PROXIES|BASE_URL|\w+_URL|FLASK_\w+)\Z")
    return {name: value for name, value in environment.items() if not named.match(name)}


def free_port() -> int:
    """A port that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether somebody answers at the port."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Returns as soon as it holds, and in any case after so many seconds."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(PAUSE)


def family_of(first: int) -> list[int]:
    """The process and all that it started, parents first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(parent, []).append(number)
    family = [first]
    for member in family:
        family.extend(children.get(member, []))
    return family
