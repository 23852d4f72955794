"""Whatever a file is, it is answered with one plain sentence, soon, and nobody is called because of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from app.adapters import adapter, adapter_names
from app.adapters.apart.process import ProcessReader
from app.services.importing import Unreadable, UnreadableError
from app.wording import DRAFT_PROBLEMS
from tests.adapters.hostile_files import READ, cases

# A file that is refused for what it is must not need the reader's patience for that.
READER = ProcessReader(
    {name: adapter("importing", name).create() for name in adapter_names("importing")}, seconds=90
)
# The address stands in the files themselves, so the server is there before they are.
SERVER = socket.create_server(("127.0.0.1", 0))
SERVER.setblocking(False)
CASES = list(cases(SERVER.getsockname()[1]))


@pytest.fixture(autouse=True, scope="module")
def nobody_comes() -> Iterator[None]:
    """The server that some of the files speak of has had no visitor in the end."""
    yield
    with SERVER, pytest.raises(BlockingIOError):
        SERVER.accept()


@pytest.mark.parametrize(
    ("ending", "make", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_hostile_file_is_answered_soon_and_in_a_sentence(
    ending: str, make: Callable[[], bytes], reasons: set[str]
) -> None:
    content = make()
    answer = said_of(f"draft{ending}", content)
    assert answer in reasons - {Unreadable.TOO_SLOW}
    assert answer == READ or str(DRAFT_PROBLEMS[answer]).endswith(".")


def said_of(name: str, content: bytes) -> str:
    try:
        READER.read(name, content)
    except UnreadableError as refused:
        return refused.reason
    return READ
