"""Files read as drafts, beside pandoc reading the same files on the same machine.

Ours are read as always: by a process of their own, started for each file. Pandoc comes into an environment of
its own, which is thrown away; it writes the Word document, so that neither reads what we wrote ourselves.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from itertools import cycle
from pathlib import Path

from app.adapters import adapter, adapter_names
from app.services.files.importing import DraftReader
from benchmarks.figures import MILLISECONDS, Figure, Report
from benchmarks.rounds import Pace, middle, ratio, take_turns, tell
from benchmarks.texts import sentences

TOPIC = "Import"
PACKAGES = ("pypandoc_binary",)
SECONDS_TO_INSTALL = 300
SECONDS_TO_READ = 120
WORD_PARAGRAPHS = 300
PAGE_PARAGRAPHS = 5_000
SECTION = 10
MOST_TIMES = 3.0
THOUSAND = 1000
WHERE = "import pypandoc; print(pypandoc.get_pandoc_path(), pypandoc.get_pandoc_version())"


def measure_import(pace: Pace, folder: Path) -> Report:
    """How long a Word document and a long page take to be read, and how many times pandoc's time that is."""
    tell("  installing pandoc into an environment of its own")
    pandoc = _install(folder / "environment")
    if pandoc is None:
        return Report(
            remarks=["Import was not measured: pandoc could not be installed from the package registry."]
        )
    program, version = pandoc
    page, text, word = folder / "draft.html", folder / "draft.md", folder / "draft.docx"
    page.write_text(_page(PAGE_PARAGRAPHS), encoding="utf-8")
    text.write_text(_markdown(WORD_PARAGRAPHS), encoding="utf-8")
    _pandoc(program, text, word)
    reader = _reader()
    figures = [
        _figure(reader, program, word, WORD_PARAGRAPHS, pace),
        _figure(reader, program, page, PAGE_PARAGRAPHS, pace),
    ]
    return Report(figures, [f"Pandoc {version} read the same files into its own JSON, one process a file."])


def _figure(reader: DraftReader, program: str, file: Path, paragraphs: int, pace: Pace) -> Figure:
    content = file.read_bytes()

    def ours() -> None:
        found = reader.read(file.name, content)
        assert len(found.blocks) == paragraphs, len(found.blocks)

    runs = {
        "ours": _milliseconds(ours),
        "pandoc": _milliseconds(lambda: _pandoc(program, file, file.with_suffix(".json"))),
    }
    for run in runs.values():
        run()  # from the disk once, for both
    measured = take_turns(runs, pace)
    what = f"{file.suffix[1:].upper()} of {paragraphs:,} paragraphs, {len(content) // THOUSAND:,} kB"
    return Figure(
        TOPIC, what, middle(measured, "ours"), MILLISECONDS, "pandoc", middle(measured, "pandoc"),
        ratio(measured, "ours", "pandoc"), most=MOST_TIMES,
    )  # fmt: skip


def _milliseconds(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        begun = time.perf_counter()
        work()
        return (time.perf_counter() - begun) * THOUSAND

    return run


def _reader() -> DraftReader:
    importers = {name: adapter("importing", name).create() for name in adapter_names("importing")}
    reader: DraftReader = adapter("apart", "process").create(importers)
    return reader


def _install(folder: Path) -> tuple[str, str] | None:
    """Where pandoc is, and which it is; None when it cannot be had."""
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    try:
        for command in ([sys.executable, "-m", "venv", str(folder)], install):
            subprocess.run(command, capture_output=True, check=True, timeout=SECONDS_TO_INSTALL)
        said = subprocess.run([str(python), "-c", WHERE], capture_output=True, text=True, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    program, version = said.stdout.split()
    return program, version


def _pandoc(program: str, file: Path, written: Path) -> None:
    subprocess.run([program, str(file), "-o", str(written)], check=True, timeout=SECONDS_TO_READ)


def _words() -> Iterator[tuple[str, str]]:
    """Sentences, of which some words are to be set off."""
    for sentence in cycle(sentences("en")):
        first, _space, rest = sentence.partition(" ")
        yield first, rest


def _markdown(paragraphs: int) -> str:
    """A title, and sections of a heading, paragraphs with notes and items."""
    lines = ["# A declaration"]
    for number, (first, rest) in zip(range(paragraphs), _words(), strict=False):
        if number % SECTION == 0:
            lines.append(f"## {first} {number // SECTION + 1}")
        elif number % SECTION < SECTION // 2:
            lines.append(f"*{first}* {rest}^[See [the page](https://example.org/{number}).]")
        else:
            lines.append(f"- **{first}** {rest}")
    return "\n\n".join(lines)


def _page(paragraphs: int) -> str:
    """The same as a page, without notes."""
    lines = [
        '<!DOCTYPE html><html lang="en"><head><title>A declaration</title></head><body><h1>A declaration</h1>'
    ]
    for number, (first, rest) in zip(range(paragraphs), _words(), strict=False):
        if number % SECTION == 0:
            lines.append(f"<h2>{escape(first)} {number // SECTION + 1}</h2>")
        elif number % SECTION < SECTION // 2:
            lines.append(
                f'<p><em>{escape(first)}</em> {escape(rest)} <a href="https://example.org/">Page</a></p>'
            )
        else:
            lines.append(f"<ul><li><strong>{escape(first)}</strong> {escape(rest)}</li></ul>")
    return "\n".join([*lines, "</body></html>"])
