"""Print the path of a Chromium for the tests; where there is none, install one first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NONE_TO_BE_HAD = (
    "There is no Chromium here and none could be installed; "
    "install one and name it, for example: make test CHROMIUM=/usr/bin/chromium"
)


def main() -> None:
    found = find_browser() or (install_browser() and find_browser())
    if not found:
        sys.exit(NONE_TO_BE_HAD)
    print(found)


def find_browser() -> str | None:
    return next((path for path in candidates() if answers(path)), None)


def candidates() -> Iterator[str]:
    yield os.environ.get("CHROMIUM", "")
    for name in NAMES:
        yield shutil.which(name) or ""
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def answers(path: str) -> bool:
    """Whether it is a browser, and not the stand-in that some systems put in its place."""
    if not Path(path).is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def install_browser() -> bool:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tell("Installing Chromium with apt-get …")
        apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        chromium = ["install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"]
        if runs([*apt, "update"]) and runs([*apt, *chromium]):
            return True
    tell("Fetching a Chromium for this account …")
    return runs([sys.executable, "-m", "playwright", "install", "chromium"])


def runs(command: list[str]) -> bool:
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        tell("\n".join(done.stdout.splitlines()[-5:]))
    return done.returncode == 0


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
