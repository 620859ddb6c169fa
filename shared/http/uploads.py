"""A file as the body of a POST that is not held in memory: it is spooled as it arrives."""

from collections.abc import AsyncIterator
from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from shared.files import Spool
from shared.http.requests import CommandFactory, IdempotencyHeader, factory, fingerprint


class Arrival(NamedTuple):
    """A file that has arrived, and the command of it."""

    spool: Spool
    command: CommandFactory


async def _arrived(request: Request, idempotency_key: IdempotencyHeader = None) -> AsyncIterator[Arrival]:
    digest = fingerprint(request)
    with Spool() as spool:
        async for piece in request.stream():
            if piece:
                digest.update(piece)
                await spool.add(piece)
        yield Arrival(spool, factory(request, idempotency_key, digest))


Arriving = Annotated[Arrival, Depends(_arrived)]
"""The dependency of a route that takes a file. It is there until the route has answered."""
