"""A spreadsheet of what came on paper, and how much was received of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from app.models.comment import Submission
from app.services.paper.tabulating import COLUMNS
from tests.rows import count

GOOD = {
    "received_at": "2030-02-05", "channel": "letter", "name": "Ilze K.", "country": "LV", "paragraph": "1",
    "comment": "Say who pays.", "consent": "written",
}  # fmt: skip


def a_file(*rows: Mapping[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    written = io.StringIO(newline="")
    sheet = csv.DictWriter(written, columns, extrasaction="ignore")
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue().encode()


def received() -> int:
    return count(Submission)
