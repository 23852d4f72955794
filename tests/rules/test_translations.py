"""Every sentence of every page is there in every language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.i18n import page_languages

ROOT = Path(__file__).parent.parent.parent


def test_every_catalogue_is_complete() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/translations.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_pages_are_in_four_languages() -> None:
    assert set(page_languages()) == {"en", "lv", "nb", "fr"}
