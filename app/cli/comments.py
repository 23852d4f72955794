"""Entering by command what came on paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.models.people import Person
from app.services.errors import ChangedMeanwhileError, ForbiddenError, NotFoundError, NotYetOpenError
from app.services.files.importing import UnreadableError
from app.services.paper.desks import Desk, open_desk
from app.services.paper.intake import enter_papers, refuse_file_entered_before
from app.services.paper.papers import EnteredBeforeError
from app.services.paper.tabulating import MOST_SHEET_BYTES, RowProblem
from app.services.paper.transcribing import Sheet, read_sheet
from app.services.people.accounts import person_with_email
from app.services.ports import Ports
from app.wording import intake_words, sheet_words

EXAMPLE = """
\b
Example:
  flask comments import innovation letters.xlsx --by contact-point.no@example.org --dry-run
  flask comments import innovation letters.xlsx --by contact-point.no@example.org

docs/intake.md says what the columns are called; the page “Intake” has a template.
"""
STEP = 500


@click.group()
def comments() -> None:
    """Enter comments that came on paper."""


@comments.command("import", epilog=EXAMPLE)
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--by", "email", required=True, help="Who enters them: a contact point or an editor.")
@click.option("--dry-run", is_flag=True, help="Only say what is in the file and what is wrong with it.")
@click.option("--encoding", default="", help="How the letters of a CSV file are to be read, if it asks.")
@with_appcontext
def import_(slug: str, file: Path, email: str, dry_run: bool, encoding: str) -> None:
    """Enter all comments of FILE (XLSX or CSV) in the consultation SLUG, or none."""
    at = datetime.now(UTC)
    with plain_refusals(slug, email):
        person = _person(email)
        desk = open_desk(slug, by=person)
        found = _read(desk, file, encoding, at)
        refuse_file_entered_before(desk.consultation, found.digest)
        for problem in found.problems:
            click.echo(_line(problem), err=True)
        if found.problems:
            raise click.ClickException(
                f"{found.bad_rows} of {found.rows} rows have to be mended. Nothing was entered."
            )
        counted = f"{len(found.papers)} submissions with {found.comments} comments"
        if dry_run:
            click.echo(f"All is well: {counted}. Nothing was entered yet.")
            return
        _enter(desk, found, person, at)
    click.echo(f"Entered: {counted}.")


def _read(desk: Desk, file: Path, encoding: str, at: datetime) -> Sheet:
    ports: Ports = current_app.extensions["ports"]
    with file.open("rb") as opened:
        content = opened.read(MOST_SHEET_BYTES + 1)
    return read_sheet(
        ports.sheets,
        file.name,
        content,
        desk,
        at,
        encoding,
        on_checked=lambda number: _tell("Checked", number),
    )


def _enter(desk: Desk, found: Sheet, person: Person, at: datetime) -> None:
    enter_papers(
        desk,
        found.papers,
        found.digest,
        by=person,
        at=at,
        secret_key=current_app.extensions["config"].secret_key,
        on_entered=lambda number: _tell("Entered", number),
    )


def _tell(done: str, number: int) -> None:
    if number % STEP == 0:
        click.echo(f"{done} {number} …", err=True)


def _line(problem: RowProblem) -> str:
    words = intake_words(problem.field, problem.code)
    values = f" One of: {', '.join(problem.values)}." if problem.values else ""
    stands = f" “{problem.value}”" if problem.value else ""
    return f"Row {problem.row}, {problem.column or 'beyond the columns'}{stands}: {words}{values}"


def _person(email: str) -> Person:
    person = person_with_email(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}. See: flask people add --help")
    return person


@contextmanager
def plain_refusals(slug: str, email: str) -> Iterator[None]:
    """What is refused inside is said in one plain sentence, and the command ends."""
    try:
        yield
    except UnreadableError as error:
        words = sheet_words(error.reason)
        readings = "; ".join(f"--encoding {one.encoding} ({one.sample})" for one in error.readings)
        raise click.ClickException(f"{words} Add one of these: {readings}." if readings else words) from error
    except EnteredBeforeError as error:
        day, name = f"{error.entered_at:%Y-%m-%d}", error.name or "somebody"
        raise click.ClickException(
            f"This file was entered on {day} by {name}. Nothing was entered now."
        ) from error
    except ForbiddenError as error:
        raise click.ClickException(f"{email} may not enter comments in {slug}.") from error
    except NotYetOpenError as error:
        raise click.ClickException(
            "The consultation has not opened yet. Nothing can be entered before."
        ) from error
    except ChangedMeanwhileError as error:
        raise click.ClickException(
            "The opening or closing was moved meanwhile. Nothing was entered: try again."
        ) from error
    except NotFoundError as error:
        missing = "has no sealed version yet" if str(error) == "version" else "does not exist"
        raise click.ClickException(f"The consultation {slug} {missing}.") from error


commands = [comments]
