"""A network between pages and server that can be cut, stalled and slowed down."""

import asyncio
import random
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

PIECE_BYTES = 1_400


class Network:
    """Forwards connections to a server's port; what it does to them is changed from outside."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self.delay_s = 0.0
        self.jitter_s = 0.0
        self.is_stalled = False
        self._target_port = target_port
        self._chance = random.Random(14)
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run)
        self._is_ready = threading.Event()
        self._is_cut = False

    @property
    def url(self) -> str:
        """Where pages find the server behind this network."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self) -> None:
        """End every connection and let none through."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(self._close_all)

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False
        self.is_stalled = False

    def _close_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connect, "127.0.0.1", 0, backlog=500)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        self._loop.run_forever()
        server.close()
        self._close_all()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(_all(tasks))
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        upstream = None
        try:
            if self._is_cut:
                return
            back, upstream = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._writers.add(upstream)
            await _all([self._pump(reader, upstream), self._pump(back, writer)])
        except OSError:
            pass
        finally:
            for one in (writer, upstream):
                if one is not None:
                    one.transport.abort()
                    self._writers.discard(one)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE_BYTES):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s + self._chance.random() * self.jitter_s)
                while self.is_stalled:  # noqa: ASYNC110 - set from another thread
                    await asyncio.sleep(0.02)
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort()


async def _all(work: Any) -> None:
    waiting: list[Coroutine[Any, Any, Any]] = list(work)
    await asyncio.gather(*waiting, return_exceptions=True)
