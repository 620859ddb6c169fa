"""Reads by id that arrive while one is on its way share the next one."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SharedReads(Generic[K, V]):
    """`read` has all ids that are asked for, each once. As fresh as a read of one's own: it starts after the call."""

    def __init__(self, read: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._wanted: set[K] = set()
        self._next: asyncio.Future[Mapping[K, V]] | None = None
        self._working: asyncio.Task[None] | None = None

    async def find(self, ids: Iterable[K]) -> dict[K, V]:
        """What there is of the ids. Raises what `read` raises."""
        asked = set(ids)
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        answer = self._next
        self._wanted |= asked
        if self._working is None:
            self._working = asyncio.create_task(self._work(), context=contextvars.Context())
        try:
            # One who gives up must not take the answer from the others.
            found = await asyncio.shield(answer)
        except Exception as error:
            # Everyone gets one of their own: each raise adds its frames to an exception, and a crowd's are not read.
            raise copy(error) from error
        return {key: found[key] for key in asked if key in found}

    async def _work(self) -> None:
        try:
            while (answer := self._next) is not None:
                wanted, self._wanted, self._next = list(self._wanted), set(), None
                try:
                    answer.set_result(await self._read(wanted))
                except Exception as error:  # noqa: BLE001  told to everyone who asked
                    answer.set_exception(error)
        finally:
            self._working = None
