"""Fields of Word documents: their codes are never shown, and of some not even what they produce."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from app.adapters.importing._docx_names import W
from app.adapters.importing._inline import web_address

# What lists the document itself, and what names people or machines.
SILENT = frozenset(
    {
        "TOC", "TOA", "INDEX", "AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS", "FILENAME",
        "TEMPLATE", "XE", "TC", "TA", "RD", "PRIVATE", "COMMENTS",
    }
)  # fmt: skip
LINK = re.compile(r'HYPERLINK\s+(?:"([^"]*)"|([^\s\\"]+))', re.IGNORECASE)
LONGEST_CODE = 4_000


@dataclass
class Field:
    """A field that has begun: first comes its code, then what it shows."""

    code: str = ""
    in_code: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether nothing of it is shown to a reader now."""
        first = self.code.split(maxsplit=1)[:1]
        return self.in_code or bool(first and first[0].upper() in SILENT)

    @property
    def address(self) -> str:
        """Where it leads, if it is a link."""
        found = LINK.match(self.code.strip())
        return web_address(found[1] or found[2] or "") if found else ""


class Fields:
    """The fields that are open, one in the other; one that never ends is taken for none."""

    def __init__(self, story: Element) -> None:
        self._open: list[Field] = []
        begun: list[Element] = []
        self._whole: set[Element] = set()
        for mark in story.iter(f"{W}fldChar"):
            kind = mark.get(f"{W}fldCharType")
            if next(mark.iterancestors(f"{W}del", f"{W}moveFrom"), None) is not None:
                continue
            if kind == "begin":
                begun.append(mark)
            elif kind == "end" and begun:
                self._whole |= {begun.pop(), mark}

    def take_mark(self, mark: Element) -> None:
        """A field begins, turns from its code to what it shows, or ends."""
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin" and mark in self._whole:
            self.begin()
        elif kind == "separate" and self._open:
            self._open[-1].in_code = False
        elif kind == "end" and mark in self._whole:
            self.end()

    def take_code(self, words: str) -> None:
        """More of the code of the innermost field."""
        if self._open and self._open[-1].in_code and len(self._open[-1].code) < LONGEST_CODE:
            self._open[-1].code += words

    def begin(self, code: str | None = None) -> None:
        """A field begins; one whose code is given shows its result from here on."""
        self._open.append(Field() if code is None else Field(code, in_code=False))

    def end(self) -> None:
        """The innermost field ends."""
        if self._open:
            self._open.pop()

    @property
    def is_silent(self) -> bool:
        """Whether what stands here is shown to no reader."""
        return any(field.is_silent for field in self._open)

    @property
    def address(self) -> str:
        """Where the innermost link leads that is open."""
        return next((address for field in reversed(self._open) if (address := field.address)), "")
