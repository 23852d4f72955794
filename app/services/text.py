"""Words that people wrote, made safe to show: the only place that sanitises."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import bleach
import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.services.characters import count_characters as count_characters
from app.services.characters import digest_of as digest_of
from app.services.characters import normalise as normalise
from app.services.characters import one_line as one_line

SCHEMES = frozenset({"http", "https", "mailto"})
INLINE_TAGS = frozenset({"a", "em", "strong"})
COMMENT_TAGS = INLINE_TAGS | {"p", "ul", "ol", "li", "br"}
REPORT_TAGS = COMMENT_TAGS | {"h2", "h3"}
DEEPEST_NESTING = 8
INLINE_TAG = regex.compile(rf"</?(?:{'|'.join(sorted(INLINE_TAGS))})>")
ANY_TAG = regex.compile(r"<[^>]*>")

# Pairing these takes the square of their number; a text with so many of them means the signs themselves.
MOST_MARKS = 500
MARKS = "*_["
PAIRED = ("emphasis", "link")

_COMMENT_RULES = ["autolink", "list", "escape", "newline", "balance_pairs", "fragments_join"]
_COMMENT_OPTIONS = {"html": False, "breaks": True, "maxNesting": DEEPEST_NESTING}
_PLAINER_COMMENT = MarkdownIt("zero", _COMMENT_OPTIONS).enable(_COMMENT_RULES)
_COMMENT_MARKDOWN = MarkdownIt("zero", _COMMENT_OPTIONS).enable([*PAIRED, *_COMMENT_RULES])
_INLINE_RULES = ["escape", "balance_pairs", "fragments_join"]
_INLINE_OPTIONS = {"html": False, "maxNesting": DEEPEST_NESTING}
_PLAINER_INLINE = MarkdownIt("zero", _INLINE_OPTIONS).enable(_INLINE_RULES)
_INLINE_MARKDOWN = MarkdownIt("zero", _INLINE_OPTIONS).enable([*PAIRED, *_INLINE_RULES])
_REPORT_MARKDOWN = MarkdownIt("zero", {"html": False, "maxNesting": DEEPEST_NESTING}).enable(
    ["emphasis", "link", "autolink", "list", "escape", "heading", "balance_pairs", "fragments_join"]
)


@dataclass(frozen=True)
class SafeText:
    """A text as written, as safe HTML, and as plain words."""

    source: str
    html: str
    plain: str


def render_comment(source: str) -> SafeText:
    """A comment's small Markdown (paragraphs, emphasis, lists, links) as safe HTML."""
    return render_normal_comment(normalise(source))


def render_normal_comment(source: str) -> SafeText:
    """As of `render_comment`, for what `normalise` has answered."""
    markdown = _PLAINER_COMMENT if _has_many_marks(source) else _COMMENT_MARKDOWN
    return _safe(source, markdown.render(source), COMMENT_TAGS)


def render_paragraph(source: str) -> SafeText:
    """A draft paragraph's emphasis and links as safe HTML, without a block around it."""
    clean = " ".join(normalise(source).split())
    return _safe(clean, _inline_markdown(clean).renderInline(clean), INLINE_TAGS)


def inline_tokens(source: str) -> list[Token]:
    """The words, emphasis and links of a draft paragraph, in order."""
    parsed = _inline_markdown(source).parseInline(source)
    return [token for inline in parsed for token in inline.children or ()]


def render_report(source: str) -> SafeText:
    """A report's Markdown (as in comments, with two levels of headings) as safe HTML."""
    clean = normalise(source)
    return _safe(clean, _REPORT_MARKDOWN.render(clean), REPORT_TAGS)


def _inline_markdown(source: str) -> MarkdownIt:
    return _PLAINER_INLINE if _has_many_marks(source) else _INLINE_MARKDOWN


def _has_many_marks(source: str) -> bool:
    return sum(map(source.count, MARKS)) > MOST_MARKS


def _safe(source: str, rendered: str, tags: frozenset[str]) -> SafeText:
    if _of_bare_tags(tags).fullmatch(rendered):
        return SafeText(source, rendered.strip(), _plain_of_bare_tags(rendered))
    marked = _bleached(rendered, tags).replace("<a href=", '<a rel="nofollow ugc noopener" href=').strip()
    return SafeText(source, marked, _plain(marked))


@cache
def _of_bare_tags(tags: frozenset[str]) -> regex.Pattern[str]:
    """Words, escapes and allowed tags without attributes: bleach gives it back as it is, but slowly."""
    bare = "|".join(sorted(tags - {"a"}))
    return regex.compile(rf"(?:[^<>&]++|&(?:amp|lt|gt|quot);|</?(?:{bare})>)*+")


def _bleached(rendered: str, tags: frozenset[str]) -> str:
    return bleach.clean(rendered, tags=tags, attributes=_allows_attribute, protocols=SCHEMES, strip=True)


def _allows_attribute(tag: str, name: str, value: str) -> bool:
    # bleach lets "javascript:1" through (it reads a port), so the scheme is checked here as well.
    return tag == "a" and name == "href" and urlsplit(html.unescape(value).strip()).scheme in SCHEMES


def _plain_of_bare_tags(safe_html: str) -> str:
    return " ".join(html.unescape(ANY_TAG.sub(" ", INLINE_TAG.sub("", safe_html))).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE_TAGS:
            self.parts.append(" ")


def _plain(safe_html: str) -> str:
    words = _Words()
    words.feed(safe_html)
    words.close()
    return " ".join("".join(words.parts).split())
