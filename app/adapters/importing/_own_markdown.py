"""Reading back the Markdown that Innspill wrote: labels are bold, and a comment holds a paragraph's key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from app.adapters.importing._keys import END_OF_ROW, Given, Marks
from app.services.text import render_paragraph

DECLARED = re.compile(
    r"\A---[ \t]*\nformat: \"innspill draft 1\"\n(?:.*\n)*?lang: \"(?P<language>[\w-]+)\"\n"
)
TITLE = re.compile(r"^title: (\"(?:[^\"\\]|\\[\"\\/bfnrt])*\")$", re.MULTILINE)
NOTE = re.compile(r"^\[\^(?P<name>p\d{1,9}-\d{1,4})\]:[ \t]+(?P<words>.+)$", re.MULTILINE)
BLANK = re.compile(r"(\n[ \t]*\n)")
BEFORE = re.compile(r"[ \t]*(?:#{1,6} |- )?")
LABEL = re.compile(r"\*\*((?:\\.|[^*\\])+)\*\*(?: |$)")
BEHIND = re.compile(
    r"(?P<notes>(?:\[\^p\d{1,9}-\d{1,4}\])*) <!-- (?P<key>p[1-9]\d{0,8})(?: level (?P<level>\d{1,3}))?"
    r"(?P<bare> unlabelled)?(?: source (?P<source>\"(?:[^\"\\]|\\.)*\"))? -->"
)
REFERENCE = re.compile(r"\[\^(p\d+-\d+)\]")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class OwnMarkdown:
    """A text with marks in place of its comments and labels, what they gave, and its language."""

    text: str
    marks: Marks
    language: str


def hide_marks(text: str) -> OwnMarkdown | None:
    """The text with its keys and labels apart, or None for a text that Innspill did not write."""
    declared = DECLARED.match(text)
    if declared is None:
        return None
    marks = Marks()
    title = TITLE.search(declared[0])
    if title:
        marks.spell_unseen(str(json.loads(title[1])))
    notes = {found["name"]: _unescaped(found["words"]) for found in NOTE.finditer(text)}
    front, *chunks = BLANK.split(NOTE.sub("", text))
    hidden = "".join(_without_comments(chunk, marks, notes) for chunk in chunks)
    return OwnMarkdown(front + hidden, marks, declared["language"])


def _without_comments(chunk: str, marks: Marks, notes: dict[str, str]) -> str:
    if chunk.lstrip().startswith("|"):
        return "\n".join(_without_comment(line, marks, notes, is_row=True) for line in chunk.split("\n"))
    return _without_comment(chunk, marks, notes)


def _without_comment(words: str, marks: Marks, notes: dict[str, str], *, is_row: bool = False) -> str:
    found = list(BEHIND.finditer(words))
    if not found:
        return words
    last = found[-1]
    start = BEFORE.match(words)
    begin = words.index("|") + 2 if is_row else start.end() if start else 0
    inside, label = words[begin : last.start()], None
    labelled = None if last["bare"] else LABEL.match(inside)
    if last["bare"]:
        label = ""
    elif labelled:
        inside, label = inside[labelled.end() :], _unescaped(labelled[1])
    if last["source"]:
        exact = str(json.loads(last["source"]))
        marks.spell(last["key"], render_paragraph(exact).html, exact)
    given = Given(
        key=last["key"],
        label=label,
        level=int(last["level"]) if last["level"] else _heading_level(words[:begin]),
        notes=tuple(notes[name] for name in REFERENCE.findall(last["notes"]) if name in notes),
    )
    after = f"{END_OF_ROW}{words[last.end() :]}" if is_row else words[last.end() :]
    return f"{words[:begin]}{marks.mark(given)}{inside}{after}"


def _heading_level(before: str) -> int | None:
    """How deep a heading stands under the title, which has the first sign."""
    return before.count("#") - 1 if "#" in before else None


def _unescaped(words: str) -> str:
    return ESCAPE.sub(r"\1", " ".join(words.split()))
