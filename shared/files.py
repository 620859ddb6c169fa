"""Files about a person: streamed into GridFS and out of it, a piece at a time, each sealed under the person's key.

A piece is bound to its file, to its place in it and to whether it is the last one, so that none can be taken out,
changed, put elsewhere or cut off. Beside them are the person, the day and the size; no name. GridFS takes no part in
transactions: who keeps a file and then fails to say so deletes it again, and what is left behind by a process that died
goes with the person, or when its time is over.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import date
from types import TracebackType
from typing import Self
from uuid import UUID

from shared.command import NOBODY
from shared.errors import Kind, NothingHere, RuleBroken, SealBroken, Text
from shared.mongo import Collection, Document, bucket
from shared.sealing import NotOpened, PersonKey
from shared.store import Foundation

PIECE_BYTES = 131_072
_SEAL_BYTES = 29
_LENGTH_BYTES = 4

_BEGINNINGS = {
    "application/pdf": (b"%PDF-", b""),
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}
"""By what a file of each type begins, and what is in it from the ninth byte on."""
MEDIA_TYPES = tuple(_BEGINNINGS)
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class FileTypeNotTaken(RuleBroken):
    """Whatever the request says of it, and whatever it is called."""

    kind = Kind.MEDIA_TYPE
    title = Text(zh="不支持此类文件", en="A file of this type is not taken")
    detail = Text(zh="请上传 PDF、JPEG、PNG 或 WebP 文件", en="It takes files of PDF, JPEG, PNG or WebP")


def media_type_of(beginning: bytes) -> str:
    """Of a file, by its first bytes. Raises FileTypeNotTaken."""
    for media_type, (begins, ninth) in _BEGINNINGS.items():
        if beginning.startswith(begins) and beginning[8:].startswith(ninth):
            return media_type
    raise FileTypeNotTaken


class Spool:
    """What arrives, until it is known whose it is: on disk, under a key that is written nowhere."""

    def __init__(self) -> None:
        self.size = 0
        self.beginning = b""
        self._key = PersonKey(NOBODY, os.urandom(32))
        self._pieces = 0
        self._file = tempfile.SpooledTemporaryFile(max_size=PIECE_BYTES)  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    async def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self.beginning = (self.beginning + piece)[:16] if len(self.beginning) < 16 else self.beginning
        sealed = self._key.seal(piece, str(self._pieces))
        self._pieces += 1
        await asyncio.to_thread(self._file.write, len(sealed).to_bytes(_LENGTH_BYTES) + sealed)

    async def pieces(self) -> AsyncIterator[bytes]:
        """From the beginning."""
        await asyncio.to_thread(self._file.seek, 0)
        for number in range(self._pieces):
            length = int.from_bytes(await asyncio.to_thread(self._file.read, _LENGTH_BYTES))
            yield self._key.open(await asyncio.to_thread(self._file.read, length), str(number))


class SealedFiles:
    """The files of one kind, each about one person."""

    def __init__(self, foundation: Foundation, *, name: str, kind: str) -> None:
        self.kind = kind
        self._name = name
        self._foundation = foundation
        self.files: Collection = foundation.database[f"{name}.files"]
        self._bucket = bucket(foundation.database, name, chunk_bytes=PIECE_BYTES + _SEAL_BYTES)

    async def prepare(self) -> None:
        await self.files.create_index("metadata.person")
        await self.files.create_index("metadata.day")

    async def put(self, file_id: UUID, person: UUID, content: AsyncIterator[bytes], *, on: date) -> None:
        """Raises PersonErased, KeyNotArrived, Unavailable. What was put halfway is taken out again."""
        key = (await self._foundation.keyring.find([person])).to_seal(person)
        metadata = {"person": person, "day": on.isoformat()}
        sink = self._bucket.open_upload_stream_with_id(file_id, str(file_id), metadata=metadata)
        try:
            async for number, piece, last in _numbered(_cut(content, PIECE_BYTES)):
                await sink.write(key.seal(piece, self._place(file_id, number, last)))
            await sink.close()
        except BaseException:
            await sink.abort()
            raise

    async def open(self, file_id: UUID) -> AsyncIterator[bytes]:
        """A piece at a time. Who asks has put on record beforehand who reads it.

        Raises NothingHere, also where the person was erased; SealBroken while it is read.
        """
        row = await self.files.find_one({"_id": file_id})
        if row is None:
            raise NothingHere(what=self.kind)
        person = row["metadata"]["person"]
        key = (await self._foundation.keyring.find([person])).to_open(person)
        if key is None:
            raise NothingHere(what=self.kind)
        return self._opened(file_id, key)

    async def _opened(self, file_id: UUID, key: PersonKey) -> AsyncIterator[bytes]:
        source = await self._bucket.open_download_stream(file_id)
        async for number, sealed, last in _numbered(_chunks(source)):
            try:
                yield key.open(sealed, self._place(file_id, number, last))
            except NotOpened as error:
                raise SealBroken(what=self.kind) from error

    async def delete(self, file_id: UUID) -> None:
        """One that is not there is deleted already."""
        if await self.files.find_one({"_id": file_id}, {"_id": 1}):
            await self._bucket.delete(file_id)

    async def holdings(self, person: UUID) -> AsyncIterator[Document]:
        """That there is one; the file itself is read where it was handed in."""
        async for row in self.files.find({"metadata.person": person}):
            yield {"kind": self.kind, "id": str(row["_id"]), "day": row["metadata"]["day"], "bytes": row["length"]}

    async def newest(self, person: UUID) -> date | None:
        """What a file proves is held by what rests on it, and not the file."""
        return None

    async def erase(self, person: UUID) -> int:
        return await self._delete_all({"metadata.person": person})

    async def expire(self, before: date) -> int:
        return await self._delete_all({"metadata.day": {"$lt": before.isoformat()}})

    async def _delete_all(self, where: Document) -> int:
        found = [row["_id"] async for row in self.files.find(where, {"_id": 1})]
        for file_id in found:
            await self.delete(file_id)
        return len(found)

    def _place(self, file_id: UUID, number: int, last: bool) -> str:
        return f"{self._name}/{file_id}/{number}{'/last' if last else ''}"


async def _cut(content: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The same in pieces of one size, the last one shorter."""
    held = bytearray()
    async for piece in content:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


async def _chunks(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while chunk := await source.readchunk():  # type: ignore[attr-defined]
        yield bytes(chunk)


async def _numbered(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes, bool]]:
    """Each with its number, and whether it is the last."""
    number, held = 0, None
    async for piece in pieces:
        if held is not None:
            yield number, held, False
            number += 1
        held = piece
    if held is not None:
        yield number, held, True
