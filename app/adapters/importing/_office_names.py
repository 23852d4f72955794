"""Names that word processors give to titles and headings in the languages of their users."""

from __future__ import annotations

import re

TITLE_NAMES = frozenset(
    {
        "title",
        "titel",
        "tittel",
        "titre",
        "título",
        "titolo",
        "tytuł",
        "nosaukums",
        "otsikko",
        "rubrik",
        "cím",
    }
)
HEADING_NAME = re.compile(
    r"(?:heading|overskrift|virsraksts|titre|überschrift|rubrik|kop|título|titolo|nagłówek|antraštė|pealkiri"
    r"|otsikko|nadpis|címsor|заголовок|标题|見出し|عنوان)[ _-]?([1-9])",
    re.IGNORECASE,
)
