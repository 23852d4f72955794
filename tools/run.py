"""Starts Innspill for a newcomer: makes the data folder and a secret key, then hands over to `flask serve`.

An operator who sets SECRET_KEY is obeyed; otherwise it is drawn once and kept, readable by its owner only.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLASK = ROOT / ".venv" / "bin" / "flask"
SECRET_FILE = "secret-key"


def main() -> None:
    """Becomes the running site, or ends with one plain sentence."""
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / "data")).resolve()
    os.environ["DATA_DIR"] = str(data_dir)
    try:
        _make_writable(data_dir)
        if not os.environ.get("SECRET_KEY"):
            os.environ["SECRET_KEY"] = _secret_in(data_dir)
    except OSError as error:
        sys.exit(
            f"Innspill cannot write to the data folder {data_dir} ({error.strerror}). "
            "Choose another with DATA_DIR=/some/folder."
        )
    os.chdir(ROOT)
    os.execv(FLASK, [str(FLASK), "--app", "app", "serve", "--sample", *sys.argv[1:]])  # noqa: S606 - no shell wanted


def _make_writable(data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    probe = data_dir / f".probe-{os.getpid()}"
    probe.touch()
    probe.unlink()


def _secret_in(data_dir: Path) -> str:
    kept = data_dir / SECRET_FILE
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return kept.read_text().strip()


if __name__ == "__main__":
    main()
