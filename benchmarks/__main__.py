"""Measures this machine's Innspill and prints the figures: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from app.cli.serve import WORKERS
from app.models.comment import State
from benchmarks.closing import measure_closing
from benchmarks.data import MIXED, Heap, elsewhere, fill, measured_draft
from benchmarks.exporting import SLUG, measure_export
from benchmarks.figures import Report, plain_table
from benchmarks.importing import measure_import
from benchmarks.isso import measure_isso
from benchmarks.letters import measure_letters
from benchmarks.matching import measure_matching
from benchmarks.posting import measure_posting
from benchmarks.queueing import FEW, MANY, measure_queue
from benchmarks.reading import Sites, measure_reading
from benchmarks.registering import measure_registering
from benchmarks.rounds import FULL, QUICK, Pace, tell
from benchmarks.searching import measure_search
from benchmarks.site import Site, durability
from benchmarks.writing import write_page

FEW_WAITING = 20
ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LONGEST_SECONDS = 500  # no measurement begins later
Measurement = Callable[[Sites, Pace, Path], Report]
MEASUREMENTS: dict[str, Measurement] = {
    "reading": measure_reading,
    "posting": lambda sites, pace, folder: measure_posting(sites.small, pace, folder),
    "registering": lambda sites, pace, folder: measure_registering(sites.small, pace, folder),
    "letters": lambda sites, pace, folder: measure_letters(sites.small, pace, folder),
    "closing": lambda sites, pace, folder: measure_closing(sites.small, pace, folder),
    "isso": lambda sites, pace, folder: measure_isso(sites.small, pace, folder),
    "searching": lambda sites, pace, _folder: measure_search(sites.small, pace),
    "exporting": lambda sites, pace, _folder: measure_export(sites.large, pace),
    "importing": lambda _sites, pace, folder: measure_import(pace, folder),
    "matching": lambda _sites, pace, folder: measure_matching(pace, folder),
    "queueing": lambda sites, pace, _folder: measure_queue(sites.large, pace),
}


def main() -> int:
    """Measures what is asked for; answers 1 when a figure misses what is wanted of it."""
    asked = _arguments()
    pace = QUICK if asked.quick else FULL
    for name in ENDINGS:
        signal.signal(name, _end_tidily)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="innspill-bench-") as folder:
        report = _measure(asked.only or list(MEASUREMENTS), pace, Path(folder))
    tell(f"done in {time.monotonic() - begun:.0f} seconds")
    machine = _machine(pace)
    print("\n".join([machine, "", plain_table(report.figures), "", *report.remarks, *report.failures]))
    if asked.write:
        write_page(report, machine)
    return int(bool(report.failures) or any(figure.holds is False for figure in report.figures))


def _measure(names: list[str], pace: Pace, folder: Path) -> Report:
    until = time.monotonic() + LONGEST_SECONDS
    sites = _fill(pace, folder)
    failures: list[str] = []
    reports = [Report(remarks=[f"{durability(sites.small)} (as the application opens it)."])]
    for name in names:
        if time.monotonic() > until:
            failures.append(f"{name} was not measured: the others had taken too long on this machine.")
            continue
        tell(name)
        own = folder / name
        own.mkdir()
        try:
            reports.append(MEASUREMENTS[name](sites, pace, own))
        except Exception as error:  # the others are measured all the same
            traceback.print_exc()
            failures.append(f"{name} could not be measured: {error}")
    return Report(
        [figure for report in reports for figure in report.figures],
        [remark for report in reports for remark in report.remarks],
        failures,
    )


def _fill(pace: Pace, folder: Path) -> Sites:
    tell(f"filling databases with {pace.comments:,} and {pace.comments_elsewhere:,} comments")
    sites = Sites(Site(folder / "small"), Site(folder / "large"))
    draft = measured_draft()
    fill(sites.small, [draft, *elsewhere(pace.comments - draft.comments)])
    heaps = [
        draft,
        Heap(SLUG, pace.comments_to_export, MIXED),
        Heap(MANY, pace.waiting, (State.WAITING,)),
        Heap(FEW, FEW_WAITING, (State.WAITING,)),
    ]
    fill(sites.large, [*heaps, *elsewhere(pace.comments_elsewhere - sum(heap.comments for heap in heaps))])
    return sites


def _machine(pace: Pace) -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, {WORKERS} workers, "
        f"medians of {pace.rounds} alternating rounds of {pace.seconds:g} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="measure shortly and on less: to see that it works"
    )
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS)
    )
    parser.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    return parser.parse_args()


def _end_tidily(_number: int, _frame: FrameType | None) -> None:
    for name in ENDINGS:  # once is enough: what was begun is tidied up in peace
        signal.signal(name, signal.SIG_IGN)
    sys.exit("ended before it was done")


if __name__ == "__main__":
    sys.exit(main())
