"""Importing and showing drafts by command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.findings import findings
from app.models.consultation import Consultation
from app.models.draft import Translation, Version
from app.services.drafts.confirming import confirm_fates
from app.services.drafts.drafting import import_translation, seal_version, translation_in, versions_of
from app.services.errors import HandmadeError, InvalidError, NotFoundError
from app.services.files.importing import MOST_FILE_BYTES, Unreadable, UnreadableError, readable_suffixes
from app.services.ports import Ports
from app.services.public.reading import consultation_called
from app.wording import DRAFT_PROBLEMS

EXAMPLE_OF_IMPORT = """
\b
Example:
  flask drafts import innovation declaration.md --lang en
  flask drafts import innovation deklaracija.md --lang lv --translation --seal
"""
EXAMPLE_OF_SHOW = """
\b
Example:
  flask drafts show innovation --version 1 --lang lv --format json
"""


@click.group()
def drafts() -> None:
    """Import and show the drafts of consultations."""


@drafts.command("import", epilog=EXAMPLE_OF_IMPORT)
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--lang", required=True, help="The language of the text, like en.")
@click.option("--translation", "is_translation", is_flag=True, help="It is a translation of the original.")
@click.option("--seal", is_flag=True, help="Seal the version: it never changes from then on.")
@click.option("--replace", is_flag=True, help="Replace what editors changed by hand in this text.")
@click.option("--encoding", default="", help="How the letters of a plain file are to be read, if it asks.")
@with_appcontext
def import_(
    slug: str, file: Path, lang: str, is_translation: bool, seal: bool, replace: bool, encoding: str
) -> None:
    """Import FILE as the draft of the consultation SLUG."""
    at = datetime.now(UTC)
    ports: Ports = current_app.extensions["ports"]
    with plain_refusals(slug):
        with file.open("rb") as opened:
            content = opened.read(MOST_FILE_BYTES + 1)
        found = ports.reader.read(file.name, content, encoding)
        consultation = consultation_called(slug, unlisted=True)
        translation = import_translation(
            consultation,
            lang,
            found,
            is_original=not is_translation,
            by=None,
            at=at,
            may_lose=inf if replace else 0,
        )
        version = translation.version
        lines = list(findings(translation, found))
        if seal:
            confirm_fates(version, by=None, at=at)
            seal_version(version.draft, by=None, at=at)
    state = "sealed" if seal else "not sealed yet"
    click.echo(
        f"Version {version.number} in {lang}: {len(translation.texts)} paragraphs and headings, {state}."
    )
    for line in lines:
        click.echo(line)


@drafts.command("show", epilog=EXAMPLE_OF_SHOW)
@click.argument("slug")
@click.option("--version", "number", type=int, help="The number of the version; the last one if not given.")
@click.option("--lang", help="The language; the original's if not given.")
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True)
@with_appcontext
def show(slug: str, number: int | None, lang: str | None, form: str) -> None:
    """Print the paragraphs of a draft as a list of objects: key, kind, level, label, text, notes."""
    with plain_refusals(slug):
        consultation = consultation_called(slug, unlisted=True)
        translation = translation_in(version_of(consultation, number), lang)
    click.echo(json.dumps(_objects(translation), ensure_ascii=False, indent=2))


def _objects(translation: Translation) -> list[dict[str, object]]:
    return [
        {
            "key": text.paragraph.key,
            "kind": text.kind,
            "level": text.level,
            "label": text.label,
            "text": text.plain,
            "notes": text.notes,
        }
        for text in translation.texts
    ]


def version_of(consultation: Consultation, number: int | None) -> Version:
    """The version of that number, or the last one for None; raises NotFoundError."""
    for version in versions_of(consultation):
        if number in {None, version.number}:
            return version
    raise NotFoundError("version")


@contextmanager
def plain_refusals(slug: str) -> Iterator[None]:
    """What is refused inside is said in one plain sentence, and the command ends."""
    try:
        yield
    except UnreadableError as error:
        raise click.ClickException(_why(error)) from error
    except HandmadeError as error:
        changes, them = ("1 change", "it") if error.changes == 1 else (f"{error.changes} changes", "them")
        raise click.ClickException(
            f"{changes} made by hand would be lost. Add --replace to replace {them}."
        ) from error
    except InvalidError as error:
        raise click.ClickException(str(DRAFT_PROBLEMS[next(iter(error.problems.values()))])) from error
    except NotFoundError as error:
        asked = (
            f"no consultation {slug!r}" if "consultation" in str(error) else f"no such {error} of {slug!r}"
        )
        raise click.ClickException(f"There is {asked}.") from error


def _why(error: UnreadableError) -> str:
    words = str(DRAFT_PROBLEMS[error.reason])
    if error.readings:
        readings = "; ".join(f"--encoding {one.encoding} ({one.sample})" for one in error.readings)
        return f"{words} Add one of these: {readings}."
    if error.reason != Unreadable.UNKNOWN_FORMAT:
        return words
    ports: Ports = current_app.extensions["ports"]
    return f"{words} Its name has to end in one of: {', '.join(readable_suffixes(ports.importers))}."


commands = [drafts]
