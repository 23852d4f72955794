"""Everything that can be checked without running the tests: every step to the end, one line each."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
AUDIT = ["--disable-pip", "--progress-spinner=off", "--format=json", "--timeout=5", "--requirement"]


class StepError(Exception):
    """What a step found."""


def main() -> None:
    failed = [name for name, step in STEPS.items() if not passes(name, step)]
    if failed:
        sys.exit(f"To be mended: {', '.join(failed)}.")


def passes(name: str, step: Callable[[], str]) -> bool:
    started = time.monotonic()
    try:
        remark, fault = step(), ""
    except StepError as found:
        remark, fault = "FAILED", str(found)
    print(f"{name:<14}{remark:<44}{time.monotonic() - started:6.1f} s", flush=True)
    if fault:
        print(fault, end="\n\n", flush=True)
    return not fault


def command(*words: str, **environment: str) -> Callable[[], str]:
    def step() -> str:
        run(*words, **environment)
        return "ok"

    return step


def run(tool: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [str(BIN / tool), *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepError(done.stdout.strip() or f"{tool} ended with code {done.returncode}")
    return done.stdout


def pins() -> str:
    """One version of each package in every list, and no registry's address in what is committed."""
    running, developing = (pinned(name) for name in ("run", "develop"))
    differing = sorted(running - developing)
    listed = [ROOT / "package-lock.json", *ROOT.glob("requirements/*")]
    addressed = [path.name for path in listed if names_an_address(path.read_text())]
    if differing:
        raise StepError("requirements/run.txt and develop.txt differ: " + ", ".join(differing))
    if addressed:
        raise StepError("These name a registry: " + ", ".join(addressed))
    return "ok"


def names_an_address(written: str) -> bool:
    """Whether a list of packages says where they are to come from, other than whom to thank for them."""
    options = re.findall(r"^\s*(--?[a-z-]+)", written, re.M)
    elsewhere = re.sub(r"\S*github\.com/sponsors\S*", "", written)
    return bool(set(options) - {"-r", "--hash"}) or "://" in elsewhere or '"resolved"' in written


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^[\w.\[\]-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M))


def migrations() -> str:
    """The migrations, run on an empty database, make exactly the tables that the models describe."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/check.sqlite3",
            "SECRET_KEY": secrets.token_hex(32),
        }
        run("flask", "--app", "app", "db", "upgrade", **settings)
        run("flask", "--app", "app", "db", "check", **settings)
    return "ok"


def dependencies() -> str:
    """Known weaknesses of what we run on, where the registry tells them."""
    audit = subprocess.run(
        [str(BIN / "pip-audit"), *AUDIT, str(ROOT / "requirements" / "run.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(audit.stdout)["dependencies"]
    except ValueError:
        return "skipped: the registry does not answer"
    audited = [package for package in packages if "skip_reason" not in package]
    weak = [f"{each['name']} {each['version']}: {known['id']}" for each in audited for known in each["vulns"]]
    if weak:
        raise StepError("\n".join(weak))
    return f"ok: {len(audited)} packages audited" if audited else "skipped: the registry tells no weaknesses"


STEPS: dict[str, Callable[[], str]] = {
    "format": command("ruff", "format", "--check", "--quiet", "--output-format=concise", "."),
    "style": command("ruff", "check", "--quiet", "--output-format=concise", "."),
    "types": command("mypy"),
    "imports": command("lint-imports", "--no-logo"),
    "translations": command("python", "tools/translations.py", "check"),
    "migrations": migrations,
    "pins": pins,
    "dependencies": dependencies,
}


if __name__ == "__main__":
    main()
