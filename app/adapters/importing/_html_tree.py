"""A page as a tree: what it shows and what it hides, and how its words look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from app.services.files.decoding import decode
from app.services.files.importing import MOST_FILE_BYTES, Unreadable, UnreadableError

Element = etree._Element
MOST_STYLE_CHARACTERS = 500_000
LONGEST_HEAD = 4096
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""")
TAG = re.compile(r"<(?:!doctype|[a-zA-Z][a-zA-Z0-9]*[\s/>])", re.IGNORECASE)
BRACES = re.compile(r"([^{}]*)([{}])")
STYLE_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,8}))?(?:[-_].*)?")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What is no part of the text: machinery, pictures, what people fill in, and what surrounds pages.
LEFT_OUT = frozenset(
    {
        "applet", "area", "audio", "base", "button", "canvas", "col", "colgroup", "datalist", "embed",
        "frame", "frameset", "head", "iframe", "img", "input", "link", "map", "math", "meta", "meter", "nav",
        "noembed", "noframes", "noscript", "object", "optgroup", "option", "param", "progress", "script",
        "select", "source", "style", "svg", "template", "textarea", "title", "track", "video",
    }
)  # fmt: skip
SURROUNDINGS = frozenset({"doc-toc", "navigation", "search"})
OFFICE_SURROUNDINGS = frozenset({"comment", "comment-list", "footer", "header"})


def parse_page(content: bytes, encoding: str) -> tuple[Element, tuple[str, ...]]:
    """The page's root, and what is doubtful about its letters; raises UnreadableError."""
    declared = CHARSET.search(content[:LONGEST_HEAD])
    label = declared[1].decode("ascii") if declared else ""
    decoded = decode(content, encoding, MOST_FILE_BYTES, label)
    if not TAG.search(decoded.text):
        raise UnreadableError(Unreadable.WRONG_FORMAT)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(decoded.text.encode(errors="replace"), parser)
    if not isinstance(root, Element):
        raise UnreadableError(Unreadable.EMPTY)
    if any("depth" in entry.message.lower() for entry in parser.error_log if entry.level_name == "FATAL"):
        raise UnreadableError(Unreadable.TOO_DEEP)
    return root, decoded.doubts


def name_of(element: Element) -> str:
    """The element's name in small letters, without the prefix that word processors give."""
    return str(element.tag).lower()


def words_in(element: Element) -> str:
    """All words inside the element, on one line."""
    return " ".join("".join(str(words) for words in element.itertext()).split())


def classes_of(element: Element) -> list[str]:
    """The element's classes."""
    return (element.get("class") or "").split()


def language_of(root: Element) -> str:
    """The language that the page names, as in "en" or "pt-BR"; "" when it names none."""
    for element in root.iter("html", "body", "meta"):
        named = element.get("lang") or element.get(XML_LANG) or element.get("xml:lang") or ""
        if name_of(element) == "meta" and (element.get("http-equiv") or "").lower() == "content-language":
            named = element.get("content") or ""
        found = LANGUAGE.fullmatch(named.strip())
        if found:
            return found[1].lower() + (f"-{found[2]}" if found[2] else "")
    return ""


class Looks:
    """How elements look, by their own style and by their classes."""

    def __init__(self, root: Element) -> None:
        self._by_class: dict[str, dict[str, str]] = {}
        self.counters: dict[str, str] = {}
        for element in root.iter("style"):
            for selectors, declarations in _rules(element.text or ""):
                self._learn(selectors, declarations)

    def of(self, element: Element) -> dict[str, str]:
        """What is declared of the element."""
        looks: dict[str, str] = {}
        for name in classes_of(element):
            looks.update(self._by_class.get(name, {}))
        own = element.get("style")
        return looks | _declarations(own) if own else looks

    def hides(self, element: Element) -> bool:
        """Whether readers of the page do not see the element as a part of its text."""
        name = name_of(element)
        if name in LEFT_OUT or element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if (element.get("role") or "") in SURROUNDINGS:
            return True
        return _is_office_surrounding(element) or self._is_invisible(element)

    def _is_invisible(self, element: Element) -> bool:
        if not (element.get("style") or element.get("class")):
            return False
        looks = self.of(element)
        return (
            looks.get("display") == "none"
            or looks.get("visibility") == "hidden"
            or looks.get("mso-hide") == "all"
            or looks.get("mso-element", "").replace("'", "") in OFFICE_SURROUNDINGS
        )

    def _learn(self, selectors: str, declarations: str) -> None:
        for selector in selectors.split(","):
            whole = selector.strip()
            if "counter(" in declarations and whole.startswith(".lst-kix"):
                # Google Docs writes the form of a list's numbers into what stands before its items.
                self.counters[whole[1:].partition(">")[0].strip()] = declarations
            name = whole.rpartition(".")[2]
            if "." in whole and re.fullmatch(r"[\w-]+", name) and " " not in whole:
                self._by_class.setdefault(name, {}).update(_declarations(declarations))


def _is_office_surrounding(element: Element) -> bool:
    if any(name.startswith("MsoToc") or name == "MsoCommentReference" for name in classes_of(element)):
        return True
    # LibreOffice names what stands on every page by the title of its division.
    return name_of(element) == "div" and (element.get("title") or "").lower() in {"header", "footer"}


def _rules(style: str) -> Iterator[tuple[str, str]]:
    """The rules that hold everywhere, not only on some screens."""
    depth, selectors = 0, ""
    for found in BRACES.finditer(STYLE_COMMENT.sub(" ", style[:MOST_STYLE_CHARACTERS])):
        if found[2] == "{":
            depth += 1
            selectors = found[1].strip() if depth == 1 else ""
        else:
            if depth == 1 and selectors:
                yield selectors, found[1]
            depth = max(0, depth - 1)


@lru_cache(maxsize=1000)
def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {
        name.strip().lower(): " ".join(value.lower().split()) for name, _, value in pairs if value.strip()
    }
