"""What editors fill in about a newsletter, and the small forms by which they send it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, TextAreaField

from app.i18n import name_of_language, page_languages
from app.models.subscription import Newsletter
from app.services.newsletters.circulating import USUAL_RATE, Issue
from app.web.forms import PageForm, TextField, small_number
from app.web.locales import page_locale
from app.wording import NEWSLETTER_PROBLEMS

NO_NUMBER = -1


class NewsletterForm(PageForm):
    """The newsletter; `changes` says which state of it the editor read. The words are added below."""

    slug = TextField(_l("Address"))
    rate = TextField(_l("Letters a minute"))
    changes = HiddenField()

    def issue(self) -> Issue:
        """What was filled in."""
        rate = small_number(self.rate.data)
        return Issue(
            slug=self.slug.data or "",
            titles={code: self[f"title_{code}"].data or "" for code in page_languages()},
            sources={code: self[f"source_{code}"].data or "" for code in page_languages()},
            rate=NO_NUMBER if rate is None else rate,
        )

    @property
    def seen_changes(self) -> int:
        """The state that the editor read."""
        found = small_number(self.changes.data)
        return NO_NUMBER if found is None else found

    def add_problems(self, problems: dict[str, str]) -> None:
        """The fields say in words what could not be taken."""
        for name, problem in problems.items():
            field = self[f"title_{page_locale()}" if name == "titles" else name]
            words = NEWSLETTER_PROBLEMS[f"{name.partition('_')[0]} {problem}"]
            field.errors = [*field.errors, str(words)]

    def has_words_in(self, code: str) -> bool:
        """Whether something was written in the language."""
        return bool(self[f"title_{code}"].data or self[f"source_{code}"].data)


for _code in page_languages():
    setattr(NewsletterForm, f"title_{_code}", TextField(_l("Title")))
    setattr(NewsletterForm, f"source_{_code}", TextAreaField(_l("Text")))


class LanguageForm(PageForm):
    """The language in which the editor wants to get the newsletter."""

    language = SelectField(_l("Language"))


class SendForm(PageForm):
    """The button that sends, for the newsletter as it was read."""

    changes = HiddenField()


def newsletter_form(sent: MultiDict[str, str], newsletter: Newsletter | None, at: datetime) -> NewsletterForm:
    """The form as it was sent, or else filled with the newsletter as it is."""
    form = NewsletterForm(sent or None, data=None if sent else _present(newsletter, at))
    form.slug.flags.required = form.rate.flags.required = True
    return form


def language_form(sent: MultiDict[str, str] | None, languages: list[str]) -> LanguageForm:
    """The form that asks for one of these languages."""
    form = LanguageForm(sent)
    form.language.choices = [(code, name_of_language(code, page_locale())) for code in languages]
    return form


def _present(newsletter: Newsletter | None, at: datetime) -> dict[str, Any]:
    if newsletter is None:
        return {"slug": f"{at:%Y-%m-%d}", "rate": str(USUAL_RATE), "changes": "0"}
    titles = {f"title_{code}": text for code, text in newsletter.titles.items()}
    sources = {f"source_{code}": text for code, text in newsletter.sources.items()}
    return {
        **titles,
        **sources,
        "slug": newsletter.slug,
        "rate": str(newsletter.rate),
        "changes": str(newsletter.changes),
    }
