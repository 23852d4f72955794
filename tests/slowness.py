"""A way to the site on which every page comes late: what a test does too early then fails each time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

PIECE = 65_536
PAGE = b"text/html"


@contextmanager
def slow_way(port: int, to: int, milliseconds: int) -> Iterator[None]:
    """Who asks at the port gets what the other port of this machine answers, its pages that much later."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="slow way")
    thread.start()
    carry = partial(_carry, to=to, pause=milliseconds / 1000)
    opening = asyncio.start_server(carry, "127.0.0.1", port)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _carry(
    asking: asyncio.StreamReader, answered: asyncio.StreamWriter, *, to: int, pause: float
) -> None:
    try:
        answering, asked = await asyncio.open_connection("127.0.0.1", to)
    except OSError:  # the site has ended
        answered.close()
        return
    await asyncio.gather(_pass_on(asking, asked, 0), _pass_on(answering, answered, pause))


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, pause: float) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(PIECE):
            if PAGE in piece:
                await asyncio.sleep(pause)
            target.write(piece)
            await target.drain()
    target.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
