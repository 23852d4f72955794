"""Runs of office documents as lines of inline Markdown that show exactly the characters of the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.adapters.importing._inline import Run, plain_of, source_of
from app.services.characters import one_line
from app.services.files.importing import LONGEST_BLOCK, Unreadable, UnreadableError
from app.services.text import inline_tokens


def source_lines(runs: Iterable[Run]) -> list[str]:
    """The lines of a paragraph, which line feeds divide; raises UnreadableError for one too long."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n") if "\n" in run.text else (run.text,)
        lines[-1].append(replace(run, text=first) if others else run)
        lines += [[replace(run, text=other)] for other in others]
    return [source for source in map(_exact_source, lines) if source]


def is_strong_throughout(runs: Iterable[Run]) -> bool:
    """Whether every word is strong."""
    worded = [run for run in runs if run.text.strip()]
    return bool(worded) and all(run.strong for run in worded)


def _exact_source(runs: Sequence[Run]) -> str:
    """One line of Markdown; formatting that Markdown cannot say there is left out, never a character."""
    plain = plain_of(runs)
    if len(plain) > LONGEST_BLOCK:
        raise UnreadableError(Unreadable.BLOCK_TOO_LONG)
    if any(_looks(run) != _looks(Run("")) for run in runs):
        tidied = _tidied(runs)
        for candidate in (tidied, [replace(run, strong=False, emphasis=False) for run in tidied]):
            source = source_of(candidate)
            if _shown_by(source) == one_line(plain):
                return source
    return source_of([Run(plain)])


def _shown_by(source: str) -> str:
    return one_line("".join(token.content for token in inline_tokens(source)))


def _tidied(runs: Sequence[Run]) -> list[Run]:
    """Neighbours that look the same are joined; space between two of them looks as both do."""
    tidied: list[Run] = []
    last = -1
    for place in [place for place, run in enumerate(runs) if run.text.strip()]:
        if any(run.text for run in runs[last + 1 : place]):
            _append(tidied, _space_between(runs[max(last, 0)], runs[place]))
        _append(tidied, runs[place])
        last = place
    return tidied


def _space_between(one: Run, other: Run) -> Run:
    return Run(
        " ",
        one.strong and other.strong,
        one.emphasis and other.emphasis,
        one.address if one.address == other.address else "",
    )


def _append(runs: list[Run], run: Run) -> None:
    if runs and _looks(runs[-1]) == _looks(run):
        runs[-1] = replace(runs[-1], text=runs[-1].text + run.text)
    else:
        runs.append(run)


def _looks(run: Run) -> tuple[bool, bool, str]:
    return run.strong, run.emphasis, run.address
