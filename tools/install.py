"""Make .venv and static/vendor as this revision wants them: `python3 tools/install.py [--develop]`.

Needs only Python's own library, and only the syntax of 3.8, so that an old Python can say that it is too old.
Where everything is in place it compares digests and is done.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

OLDEST_PYTHON = (3, 11)
OLDEST_NPM = 7  # the first that reads our lock file

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
REQUIREMENTS = ROOT / "requirements"
VENDOR = ROOT / "static" / "vendor"
VENDOR_STAMP = VENDOR / ".installed"

DESIGNSYSTEMET = "@digdir/designsystemet-css"
INTER = "@fontsource-variable/inter"
SOURCE_SERIF = "@fontsource-variable/source-serif-4"

# What the browser gets: the file below static/vendor, and where npm puts it.
FRONT_END_FILES = {
    "designsystemet/designsystemet.css": DESIGNSYSTEMET + "/dist/src/index.css",
    "designsystemet/theme.css": DESIGNSYSTEMET + "/dist/theme/designsystemet.css",
    "designsystemet/LICENSE.txt": DESIGNSYSTEMET + "/LICENSE",
    "fonts/inter-latin.woff2": INTER + "/files/inter-latin-wght-normal.woff2",
    "fonts/inter-latin-ext.woff2": INTER + "/files/inter-latin-ext-wght-normal.woff2",
    # For receipts as PDF only; no page loads these.
    "fonts/inter-greek.woff2": INTER + "/files/inter-greek-wght-normal.woff2",
    "fonts/inter-cyrillic.woff2": INTER + "/files/inter-cyrillic-wght-normal.woff2",
    "fonts/source-serif-greek.woff2": SOURCE_SERIF + "/files/source-serif-4-greek-wght-normal.woff2",
    "fonts/source-serif-cyrillic.woff2": SOURCE_SERIF + "/files/source-serif-4-cyrillic-wght-normal.woff2",
    "fonts/inter-LICENSE.txt": INTER + "/LICENSE",
    "fonts/source-serif-latin.woff2": SOURCE_SERIF + "/files/source-serif-4-latin-wght-normal.woff2",
    "fonts/source-serif-latin-ext.woff2": SOURCE_SERIF + "/files/source-serif-4-latin-ext-wght-normal.woff2",
    "fonts/source-serif-latin-italic.woff2": SOURCE_SERIF + "/files/source-serif-4-latin-wght-italic.woff2",
    "fonts/source-serif-latin-ext-italic.woff2": SOURCE_SERIF
    + "/files/source-serif-4-latin-ext-wght-italic.woff2",
    "fonts/source-serif-LICENSE.txt": SOURCE_SERIF + "/LICENSE",
}

PIP_INSTALL = [
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--no-deps",
    "--require-hashes",
    "--retries=1",
]
NPM_CI = [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
]

NO_ANSWER = (
    "NewConnectionError",
    "Failed to establish a new connection",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "NameResolutionError",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "ENOTFOUND",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
)


class InstallError(Exception):
    """What the person at the keyboard has to know, in one plain sentence."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Install what Innspill needs into this folder.")
    parser.add_argument("--develop", action="store_true", help="the tests and the checks too")
    try:
        refuse_old_python()
        install("develop" if parser.parse_args().develop else "run")
    except InstallError as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command again to go on.")


def refuse_old_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        needed, found = (".".join(map(str, version[:2])) for version in (OLDEST_PYTHON, sys.version_info))
        raise InstallError(
            f"Innspill needs Python {needed} or newer; this is {found}: "
            f"install a newer one and name it, as in: make run PYTHON=python{needed}"
        )


def install(wanted: str) -> None:
    if packages_are_current(wanted) and front_end_is_current():
        return
    started = time.monotonic()
    try:
        with one_at_a_time():
            if not packages_are_current(wanted):
                install_packages(wanted)
            if not front_end_is_current():
                install_front_end()
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC):
            raise InstallError(f"Innspill cannot write into its folder {ROOT}: {error.strerror}.") from error
        raise
    say(f"Installed in {time.monotonic() - started:.0f} seconds.")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


# Python packages


def packages_are_current(wanted: str) -> bool:
    return stamp_of(wanted).is_file() and stamp_of(wanted).read_text() == digest_of_packages(wanted)


def stamp_of(wanted: str) -> Path:
    return VENV / f"installed-{wanted}"


def digest_of_packages(wanted: str) -> str:
    # The folder's name belongs to it: the scripts in a .venv that was moved point to where it was.
    return digest(str(VENV).encode(), (REQUIREMENTS / f"{wanted}.txt").read_bytes())


def install_packages(wanted: str) -> None:
    if not venv_is_usable():
        make_venv()
    say(f"Installing Python packages ({wanted}) …")
    pip_install(VENV, REQUIREMENTS / f"{wanted}.txt")
    stamp_of(wanted).write_text(digest_of_packages(wanted))
    if wanted == "develop":  # which holds all of run at the same versions
        stamp_of("run").write_text(digest_of_packages("run"))


def venv_is_usable() -> bool:
    python, home = VENV / "bin" / "python", VENV / "made-in"
    return python.exists() and home.is_file() and home.read_text() == str(VENV)


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise InstallError(
            f"The Python at {sys.executable} cannot make virtual environments; "
            "install its venv module (on Debian and Ubuntu: apt-get install python3-venv) and try again."
        )
    say("Making .venv with Python {}.{}.{} …".format(*sys.version_info))
    VENV.mkdir(exist_ok=True)  # asked first, for its plain error where we may not write
    create_venv(VENV)
    (VENV / "made-in").write_text(str(VENV))


def create_venv(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InstallError(f"A virtual environment could not be made: {done.stdout}{done.stderr}".strip())


def pip_install(venv: Path, requirements: Path) -> None:
    run_logged(
        [str(venv / "bin" / "python"), "-m", "pip", *PIP_INSTALL, "-r", str(requirements)],
        unreachable="The Python package registry does not answer; "
        "check the network (or pip's settings) and run the same command again",
    )


# Style sheets and fonts


def front_end_is_current() -> bool:
    return (
        VENDOR_STAMP.is_file()
        and VENDOR_STAMP.read_text() == digest_of_front_end()
        and all((VENDOR / name).is_file() for name in FRONT_END_FILES)
    )


def digest_of_front_end() -> str:
    return digest((ROOT / "package-lock.json").read_bytes(), json.dumps(FRONT_END_FILES).encode())


def install_front_end() -> None:
    say("Fetching style sheets and fonts …")
    with tempfile.TemporaryDirectory(prefix="innspill-") as folder:
        scratch = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(str(ROOT / name), folder)
        npm, path = find_npm(scratch)
        run_logged(
            [npm, *NPM_CI, f"--cache={scratch / 'cache'}"],
            unreachable="The npm registry does not answer; "
            "check the network (or npm's settings) and run the same command again",
            cwd=scratch,
            path=path,
        )
        copy_front_end(scratch / "node_modules")


def find_npm(scratch: Path) -> tuple[str, str]:
    """An npm that reads our lock file, and the PATH it wants: the machine's, or else one from a wheel."""
    found = shutil.which("npm")
    if found and npm_version(found) >= OLDEST_NPM:
        return found, os.environ["PATH"]
    say("No npm here; fetching one to use once …")
    create_venv(scratch / "npm")
    pip_install(scratch / "npm", REQUIREMENTS / "npm.txt")
    scripts = scratch / "npm" / "bin"
    return str(scripts / "npm"), f"{scripts}{os.pathsep}{os.environ['PATH']}"


def npm_version(npm: str) -> int:
    asked = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().partition(".")[0]
    return int(major) if asked.returncode == 0 and major.isdigit() else 0


def copy_front_end(modules: Path) -> None:
    for name, source in FRONT_END_FILES.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(modules / source), str(VENDOR / name))
    VENDOR_STAMP.write_text(digest_of_front_end())


# Both


def run_logged(command: list[str], unreachable: str, cwd: Path = ROOT, path: str = "") -> None:
    environment = dict(os.environ, PATH=path or os.environ["PATH"])
    with LOG.open("a+", encoding="utf-8", errors="replace") as log:
        begin = log.tell()
        print("$", *command, file=log, flush=True)
        done = subprocess.run(command, cwd=cwd, env=environment, stdout=log, stderr=log, check=False)
        log.seek(begin)
        said = log.read()
    if done.returncode and any(sign in said for sign in NO_ANSWER):
        raise InstallError(f"{unreachable} (details: {LOG.relative_to(ROOT)}).")
    if done.returncode:
        last = "\n".join(said.splitlines()[-15:])
        raise InstallError(
            f"{last}\nInstalling failed at the lines above; all of it is in {LOG.relative_to(ROOT)}."
        )


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
