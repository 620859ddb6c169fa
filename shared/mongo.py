"""The only room that knows Motor, so that its successor is a change of one file."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions, TypeRegistry
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo import UpdateOne
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    PyMongoError,
    WaitQueueTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.errors import Unavailable
from shared.settings import Settings

T = TypeVar("T")
Document = dict[str, Any]
Client: TypeAlias = "AsyncIOMotorClient[Document]"
Session: TypeAlias = AsyncIOMotorClientSession
Database: TypeAlias = "AsyncIOMotorDatabase[Document]"
Collection: TypeAlias = "AsyncIOMotorCollection[Document]"
Bucket: TypeAlias = AsyncIOMotorGridFSBucket

UNREACHABLE = (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError, WTimeoutError)
"""What the driver raises when the server, not the request, is at fault."""

_RETRY = "TransientTransactionError"
_UNKNOWN = "UnknownTransactionCommitResult"


def _encode(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (frozenset, set)):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in MongoDB")


CODEC: CodecOptions[Document] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    type_registry=TypeRegistry(fallback_encoder=_encode),
)


def connect(settings: Settings, *, name: str) -> Client:
    return AsyncIOMotorClient(
        settings.mongo_url.get_secret_value(),
        appname=name,
        tz_aware=True,
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=30_000,
        waitQueueTimeoutMS=5_000,
        retryWrites=True,
        uuidRepresentation="standard",
    )


def database(client: Client, settings: Settings, service: str) -> Database:
    return client.get_database(
        settings.mongo_database or f"union_{service}",
        codec_options=CODEC,
        write_concern=WriteConcern("majority"),
        read_concern=ReadConcern("majority"),
    )


def bucket(database: Database, name: str, *, chunk_bytes: int) -> Bucket:
    """Where files are kept by GridFS, in chunks of that many bytes."""
    return AsyncIOMotorGridFSBucket(database, name, chunk_size_bytes=chunk_bytes)


async def transaction(
    client: Client,
    work: Callable[[Session], Awaitable[T]],
    *,
    timeout_seconds: float,
    idle: list[Session] | None = None,
) -> T:
    """Run `work` in a transaction, again when the server asks for it, and commit. `idle` keeps sessions for the next.

    `work` may run more than once: no I/O beside the session's, no clock, no random inside. Raises Unavailable when
    the server cannot be reached in time; whether the commit was done is then unknown.
    """
    deadline = time.monotonic() + timeout_seconds
    try:
        async with _session(client, [] if idle is None else idle) as session:
            while True:
                session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority"))
                try:
                    result = await work(session)
                except PyMongoError as error:
                    await session.abort_transaction()
                    if error.has_error_label(_RETRY) and time.monotonic() < deadline:
                        await asyncio.sleep(random.uniform(0.001, 0.01))  # noqa: S311  spreads competing writers
                        continue
                    raise
                except BaseException:
                    await session.abort_transaction()
                    raise
                if await _commit(session, deadline):
                    return result
    except UNREACHABLE as error:
        raise Unavailable from error
    except PyMongoError as error:
        if error.has_error_label(_RETRY) or error.has_error_label(_UNKNOWN):
            raise Unavailable from error
        raise


@asynccontextmanager
async def reading_at_one_moment(client: Client) -> AsyncIterator[Session]:
    """A session whose reads see the data as they were at the first of them. Nothing may be written in it."""
    async with await client.start_session(snapshot=True) as session:
        yield session


@asynccontextmanager
async def _session(client: Client, idle: list[Session]) -> AsyncIterator[Session]:
    """One that was used before, if there is one: making it takes a hop to another thread. A failure ends it."""
    session = idle.pop() if idle else await client.start_session()
    try:
        yield session
    except BaseException:
        await session.end_session()
        raise
    idle.append(session)


async def _commit(session: Session, deadline: float) -> bool:
    """True when committed, False when the whole transaction has to run again."""
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            late = time.monotonic() >= deadline
            if error.has_error_label(_UNKNOWN) and not isinstance(error, WTimeoutError) and not late:
                continue
            if error.has_error_label(_RETRY) and not late:
                return False
            raise
        else:
            return True


async def in_batches(cursor: Any, size: int) -> AsyncIterator[list[Document]]:
    """What a cursor finds, so many at a time."""
    while rows := await cursor.to_list(size):
        yield rows


def newer(identity: UUID, sequence: str, fields: Document) -> UpdateOne:
    """Merge the fields into the document, unless it has seen this sequence or a later one."""
    merged = {"$mergeObjects": ["$$ROOT", {"$literal": {**fields, "sequence": sequence}}]}
    seen = {"$gte": [{"$ifNull": ["$sequence", ""]}, sequence]}
    return UpdateOne({"_id": identity}, [{"$replaceWith": {"$cond": [seen, "$$ROOT", merged]}}], upsert=True)
