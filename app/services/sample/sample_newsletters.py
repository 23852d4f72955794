"""The newsletter of the example, sent before anybody subscribed: it stands on the web for all to read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.models.people import Person
from app.services.newsletters.circulating import Issue, create_newsletter
from app.services.newsletters.delivering import end_and_take
from app.services.newsletters.mailing import start_newsletter


def load_newsletters(folder: Path, editor: Person, *, at: datetime) -> None:
    """Every folder is a newsletter with that address, every file one language: its title, then its text."""
    for written in sorted(one for one in folder.iterdir() if one.is_dir()):
        titles, sources = {}, {}
        for file in sorted(written.glob("*.md")):
            title, _newline, text = file.read_text(encoding="utf-8").partition("\n")
            titles[file.stem], sources[file.stem] = title.removeprefix("# "), text
        newsletter = create_newsletter(Issue(written.name, titles, sources), by=editor, at=at)
        start_newsletter(newsletter, expected_changes=newsletter.changes, by=editor, at=at)
        end_and_take(newsletter.id, None, takes_more=True, at=at)
