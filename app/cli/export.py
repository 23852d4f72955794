"""`flask export`: the comments of a consultation as a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from app.adapters import adapter_names
from app.models.consultation import Consultation
from app.services.errors import NotFoundError
from app.services.exports.exporting import HEADER, consultation_called, count_rows, export_rows
from app.services.ports import Ports
from app.services.proof.proving import leaves_file

STDOUT = "-"
LEAVES = "leaves"
EPILOG = """
\b
Examples:
  flask export innovation --output comments.csv
  flask export innovation --format xlsx --output comments.xlsx
  flask export innovation --format leaves --output leaves.json

docs/exports.md says what every column holds. With the CSV, the leaves and a published root, docs/verify.py
checks every comment without this site.
"""


@click.command(epilog=EPILOG)
@click.argument("slug")
@click.option(
    "--format",
    "name",
    type=click.Choice([*adapter_names("exporting"), LEAVES]),
    default="csv",
    help="csv for programs, xlsx for spreadsheets; leaves are the digests and roots that prove the comments.",
)
@click.option("--output", required=True, help="Where to write the file; - is the standard output.")
@click.option("--country", "countries", multiple=True, help="Only comments from this country (two letters).")
@with_appcontext
def export(slug: str, name: str, output: str, countries: tuple[str, ...]) -> None:
    """Write every comment of the consultation SLUG to a file."""
    try:
        consultation = consultation_called(slug)
    except NotFoundError as error:
        raise click.ClickException(f"There is no consultation called {slug}.") from error
    asked = frozenset(country.upper() for country in countries) or None
    written = _write(_pieces(consultation, name, asked), output)
    click.echo(f"{written:,} bytes written.", err=True)


commands = [export]


def _pieces(consultation: Consultation, name: str, countries: frozenset[str] | None) -> Iterable[bytes]:
    if name == LEAVES:
        return [leaves_file(consultation).encode()]
    exporter = cast("Ports", current_app.extensions["ports"]).exporters[name]
    return exporter.write(HEADER, _rows(consultation, countries))


def _rows(consultation: Consultation, countries: frozenset[str] | None) -> Iterator[tuple[str, ...]]:
    number = count_rows(consultation, countries=countries)
    with click.progressbar(
        export_rows(consultation, countries=countries),
        length=number,
        label=f"{number:,} comments",
        file=sys.stderr,
    ) as rows:
        yield from rows


def _write(pieces: Iterable[bytes], output: str) -> int:
    if output == STDOUT:
        return sum(sys.stdout.buffer.write(piece) for piece in pieces)
    # Under another name until it is whole: a file that is there can be trusted.
    unfinished = Path(f"{output}.part")
    try:
        with unfinished.open("wb") as file:
            written = sum(file.write(piece) for piece in pieces)
        unfinished.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return written
