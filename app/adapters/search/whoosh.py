"""The search index in files, by Whoosh.

    <folder>/current            the name of the index in use, replaced in one step
    <folder>/1-5f3a…/           that index
    <folder>/writing.lock       held by whoever writes

The files are pickles: never put there what came from outside.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from whoosh import index as whoosh_index
from whoosh.analysis import Token, Tokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.searching import Searcher
from whoosh.util.filelock import FileLock, try_for
from whoosh.writing import SegmentWriter

from app.adapters.search._whoosh_entries import document_of
from app.adapters.search._whoosh_queries import all_of, any_of, query_of, wanted_of
from app.services.search.searching import Entry, Found, IndexBusyError, Question

FORMAT = "1"  # raise it when entries are written or analysed differently: older indexes are then built anew
IDLE_SEARCHERS = 8
ATTEMPTS = 20
PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 30.0
REBUILD_MEGABYTES = 64

Stamp = tuple[str, int]
T = TypeVar("T")


# An index on disk names this class by its module: whoever moves it raises FORMAT.
class Slots(Tokenizer):  # type: ignore[misc]  # Whoosh ships no types
    """Reads what `document_of` wrote: a word's place apart by spaces, its stems at one place by bars."""

    def __call__(self, value: str, start_pos: int = 0, **_wishes: Any) -> Iterator[Token]:
        token = Token(positions=True, boosts=True)
        for position, slot in enumerate(value.split(), start_pos):
            for stem in slot.split("|"):
                token.text, token.pos, token.boost, token.stopped = stem, position, 1.0, False
                yield token


SCHEMA = Schema(
    key=ID(unique=True, stored=True), kind=ID, consultation=ID, language=ID, words=TEXT(analyzer=Slots())
)


def create(url: str) -> WhooshIndex:
    """The index in the folder that a `whoosh:///folder` names; nothing is written before it is needed."""
    return WhooshIndex(Path(url.removeprefix("whoosh://")))


class WhooshIndex:
    """A SearchIndex of files that several processes use at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._idle: list[tuple[Stamp, Searcher]] = []
        self._guard = Lock()

    def is_built(self) -> bool:
        return self._name() is not None

    def update(self, entries: Iterable[Entry], removed: Iterable[str]) -> None:
        latest = {entry.key: entry for entry in entries}
        outdated = sorted({*removed, *latest})
        if not outdated:
            return
        with self._alone():
            built = self._name()
            name = built or self._new()
            with _writing(self._folder / name) as writer, writer.searcher() as searcher:
                for key in outdated:
                    writer.delete_by_term("key", key, searcher=searcher)
                for entry in latest.values():
                    writer.add_document(**document_of(entry))
            if name != built:
                self._use(name)

    def compact(self) -> None:
        with self._alone():
            name = self._name()
            if name is None:
                return
            writer = _open(self._folder / name).writer(limitmb=REBUILD_MEGABYTES)
            try:
                writer.commit(optimize=True)  # one new segment, without what was deleted
            except BaseException:
                with suppress(Exception):
                    writer.cancel()
                raise

    def rebuild(self, entries: Iterable[Entry]) -> int:
        with self._alone():
            name = self._new()
            count = 0
            try:
                with _writing(self._folder / name, limitmb=REBUILD_MEGABYTES) as writer:
                    for entry in entries:
                        writer.add_document(**document_of(entry))
                        count += 1
            except BaseException:
                shutil.rmtree(self._folder / name, ignore_errors=True)
                raise
            self._use(name)
        return count

    def find(self, question: Question, *, limit: int) -> Found:
        return _persistently(lambda: self._find(question, limit))

    def languages(self) -> list[str]:
        return _persistently(self._languages)

    def _find(self, question: Question, limit: int) -> Found:
        with self._searching() as searcher:
            if searcher is None:
                return Found([])
            wanted = wanted_of(question, _languages_of(searcher))
            for clause in (all_of, any_of) if wanted else ():
                clauses = {language: clause(language, each) for language, each in wanted.items()}
                keys = [hit["key"] for hit in searcher.search(query_of(question, clauses), limit=limit)]
                if keys:
                    return Found(keys, has_all_words=clause is all_of)
        return Found([])

    def _languages(self) -> list[str]:
        with self._searching() as searcher:
            return [] if searcher is None else _languages_of(searcher)

    @contextmanager
    def _searching(self) -> Iterator[Searcher | None]:
        """A searcher of the newest generation that no other thread uses meanwhile."""
        name = self._name()
        if name is None:
            yield None
            return
        stamp = name, _generation(self._folder / name)
        # Whoosh's own refresh() brings deleted documents back: a new generation gets a new searcher.
        searcher = self._idle_searcher(stamp) or _open(self._folder / name, readonly=True).searcher()
        yield searcher
        self._put_back(stamp, searcher)

    def _idle_searcher(self, stamp: Stamp) -> Searcher | None:
        with self._guard:
            outdated = [searcher for its, searcher in self._idle if its != stamp]
            self._idle = [kept for kept in self._idle if kept[0] == stamp]
            found = self._idle.pop()[1] if self._idle else None
        for searcher in outdated:
            searcher.close()
        return found

    def _put_back(self, stamp: Stamp, searcher: Searcher) -> None:
        with self._guard:
            if len(self._idle) < IDLE_SEARCHERS:
                self._idle.append((stamp, searcher))
                return
        searcher.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self._folder / "writing.lock"))
        if not try_for(lock.acquire, timeout=PATIENCE_SECONDS, delay=0.1):
            raise IndexBusyError(str(self._folder))
        try:
            yield
        finally:
            lock.release()

    def _name(self) -> str | None:
        """The index in use, if there is one that we can read."""
        name = self._named()
        while name is not None and not (self._folder / name).is_dir():
            before, name = name, self._named()  # it was replaced just now, or somebody removed its folder
            if name == before:
                return None
        return name

    def _named(self) -> str | None:
        try:
            name = (self._folder / "current").read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        return name if name.startswith(f"{FORMAT}-") else None

    def _new(self) -> str:
        name = f"{FORMAT}-{secrets.token_hex(4)}"
        (self._folder / name).mkdir()
        whoosh_index.create_in(str(self._folder / name), SCHEMA)
        return name

    def _use(self, name: str) -> None:
        """Searches begun from now on go to that index; the others, which nobody can find now, are removed."""
        fresh = self._folder / "current.new"
        fresh.write_text(name, encoding="ascii")
        fresh.replace(self._folder / "current")
        for other in self._folder.glob("*-*"):
            if other.name != name:
                # A search that has begun keeps its open files; one about to begin tries again.
                shutil.rmtree(other, ignore_errors=True)


def _persistently(ask: Callable[[], T]) -> T:
    """The answer, asked for again when the files were replaced while they were being opened."""
    for _attempt in range(ATTEMPTS):
        try:
            return ask()
        except (FileNotFoundError, whoosh_index.EmptyIndexError):
            time.sleep(PAUSE_SECONDS)
    return ask()


def _open(place: Path, *, readonly: bool = False) -> whoosh_index.FileIndex:
    return whoosh_index.open_dir(str(place), readonly=readonly, schema=SCHEMA)


def _generation(place: Path) -> int:
    return max((int(toc.stem.rpartition("_")[2]) for toc in place.glob("_MAIN_*.toc")), default=-1)


@contextmanager
def _writing(place: Path, **options: Any) -> Iterator[SegmentWriter]:
    writer = _open(place).writer(**options)
    try:
        yield writer
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise


def _languages_of(searcher: Searcher) -> list[str]:
    return sorted(searcher.reader().field_terms("language"))
