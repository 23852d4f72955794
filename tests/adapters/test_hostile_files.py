"""Whatever a file is, it is answered with one plain sentence, soon, and nobody is called because of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from app.adapters import adapter, adapter_names
from app.adapters.apart.process import ProcessReader
from app.services.files.importing import Unreadable, UnreadableError
from app.wording import DRAFT_PROBLEMS
from tests.adapters.hostile_files import READ, Case, cases

# A file that is refused for what it is must not need the reader's patience for that.
READER = ProcessReader(
    {name: adapter("importing", name).create() for name in adapter_names("importing")}, seconds=90
)


@pytest.fixture(scope="module")
def hostile() -> Iterator[dict[str, Case]]:
    """The files by name; the server that some of them speak of has had no visitor in the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield {case.name: case for case in cases(server.getsockname()[1])}
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("name", [case.name for case in cases(port=0)])
def test_a_hostile_file_is_answered_soon_and_in_a_sentence(hostile: dict[str, Case], name: str) -> None:
    case = hostile[name]
    answer = said_of(f"draft{case.ending}", case.make())
    assert answer in case.reasons - {Unreadable.TOO_SLOW}
    assert answer == READ or str(DRAFT_PROBLEMS[answer]).endswith(".")


def said_of(name: str, content: bytes) -> str:
    try:
        READER.read(name, content)
    except UnreadableError as refused:
        return refused.reason
    return READ
