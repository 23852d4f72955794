"""The sentences of the pages in other languages.

translations.py update [LANGUAGE ...]   bring every messages.po up to date; begin one for each language named
translations.py check                   say what is missing, left over, unsure or wrongly filled in
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
SOURCES = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
AS_THE_SITE_READS_TEMPLATES = {
    "templates/**": {
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "newstyle_gettext": "true",
        "silent": "false",
    }
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)  # so that a file changes only when its sentences do


def main() -> None:
    match sys.argv[1:]:
        case ["check"]:
            faults = list(find_faults())
            sys.exit("\n".join(faults) or 0)
        case ["update", *new_languages]:
            update({*languages(), *new_languages})
        case _:
            sys.exit(__doc__)


def update(wanted: set[str]) -> None:
    template = sentences()
    for language in sorted(wanted):
        catalogue = translated(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.revision_date = UNDATED
        path = catalogue_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True
            )
        waiting = sum(1 for message in catalogue if message.id and not is_translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {waiting} to translate")


def find_faults() -> Iterator[str]:
    template = sentences()
    if not languages():
        yield f"There is no translation in {TRANSLATIONS.relative_to(ROOT)}."
    for language in languages():
        catalogue = translated(language)
        place = catalogue_of(language).relative_to(ROOT)
        wanted, there = keys(template), keys(catalogue)
        yield from (f"{place}: missing, run `make translations`: {key}" for key in sorted(wanted - there))
        yield from (
            f"{place}: no longer used, run `make translations`: {key}" for key in sorted(there - wanted)
        )
        for message in catalogue:
            if message.id:
                yield from (f"{place}: {fault}: {message.id}" for fault in faults_of(message, catalogue))


def faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    if message.fuzzy:
        yield "marked as unsure"
    if not is_translated(message):
        yield "not translated"
    else:
        yield from (str(error) for error in message.check(catalogue))


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(strings)


def keys(catalogue: Catalog) -> set[str]:
    return {f"{message.context or ''} {message.id}".strip() for message in catalogue if message.id}


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def catalogue_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def translated(language: str) -> Catalog:
    """What messages.po says; empty for a language that begins."""
    path = catalogue_of(language)
    if not path.is_file():
        return new_catalogue(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def new_catalogue(language: str) -> Catalog:
    try:
        name = Locale.parse(language, sep="-").english_name
    except (ValueError, UnknownLocaleError):
        sys.exit(f"{language} is not the code of a language, such as sv.")
    return Catalog(
        language,
        project="Innspill",
        version="in " + str(name),
        header_comment=f"# The sentences of Innspill in {name}.",
        creation_date=UNDATED,
        fuzzy=False,
    )


def sentences() -> Catalog:
    """What the source says, in English."""
    catalogue = Catalog(project="Innspill")
    found = extract_from_dir(
        ROOT,
        method_map=SOURCES,
        options_map=AS_THE_SITE_READS_TEMPLATES,
        keywords=KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
        directory_filter=lambda folder: (
            not Path(folder).name.startswith((".", "_"))
            and Path(folder).name not in ("static", "node_modules", "data")
        ),
    )
    for file, line, text, comments, context in sorted(found, key=lambda each: each[:2]):
        catalogue.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


if __name__ == "__main__":
    main()
