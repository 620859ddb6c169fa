"""The zip archive that a workbook is, read with every size counted, and the XML in it, read without declarations."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from shared.sheets.errors import (
    SheetDamaged,
    SheetDeclaresEntities,
    SheetInflates,
    SheetOldOrEncrypted,
    SheetTooManyParts,
)
from shared.sheets.limits import Limits

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_CHUNK = 64 * 1024
_LONGEST_TOKEN = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1

Attributes = dict[str, str]


class Archive:
    """`names` are the paths of the parts, in lower case.

    What is declared in the archive is believed nowhere: another reader may go by what is really there. Raises
    SheetTooManyParts, SheetInflates, SheetOldOrEncrypted, SheetDeclaresEntities, SheetDamaged.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        if _count(file, _ENTRY) > limits.entries:
            raise SheetTooManyParts(limit=limits.entries)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as error:
            raise SheetDamaged() from error
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        if len(self._entries) != len(entries):
            raise SheetDamaged()
        self._check()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def parse(
        self,
        name: str,
        started: Callable[[str, Attributes], None] | None = None,
        ended: Callable[[str], None] | None = None,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """Tell of the elements of an XML part, with the prefixes they have, until it is `enough`."""
        if name not in self:
            raise SheetDamaged()
        xml = _Xml(started, ended)
        for chunk in self._inflate(self._entries[name.lower()]):
            xml.feed(chunk)
            if enough():
                return
        xml.close()

    def _check(self) -> None:
        inflated = 0
        limits = self._limits
        for name, entry in self._entries.items():
            xml = _Xml() if name.endswith((".xml", ".rels")) else None
            size = 0
            for chunk in self._inflate(entry):
                size += len(chunk)
                inflated += len(chunk)
                too_steep = size > limits.ratio_from_bytes and size > limits.ratio * entry.compress_size
                if too_steep or inflated > limits.inflated_bytes:
                    raise SheetInflates(limit_bytes=limits.inflated_bytes, limit_ratio=limits.ratio)
                if xml:
                    xml.feed(chunk)
            if xml:
                xml.close()

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """In chunks. zipfile itself would stop at the size that is declared, and tell nothing of the rest."""
        if entry.flag_bits & _ENCRYPTED:
            raise SheetOldOrEncrypted()
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or entry.header_offset < 0:
            raise SheetDamaged()
        self._file.seek(entry.header_offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise SheetDamaged()
        magic, name_length, extra_length = _LOCAL.unpack(head)
        if magic != MAGIC[0]:
            raise SheetDamaged()
        self._file.seek(name_length + extra_length, 1)
        raw = self._raw(entry.compress_size)
        size = checksum = 0
        for chunk in raw if entry.compress_type == zipfile.ZIP_STORED else _deflated(raw):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if (size, checksum) != (entry.file_size, entry.CRC):
            raise SheetDamaged()

    def _raw(self, left: int) -> Iterator[bytes]:
        while left:
            chunk = self._file.read(min(_CHUNK, left))
            if not chunk:
                raise SheetDamaged()
            left -= len(chunk)
            yield chunk


class _Xml:
    """Expat without document types: no entity is ever declared, so none can grow or reach outside."""

    def __init__(
        self,
        started: Callable[[str, Attributes], None] | None = None,
        ended: Callable[[str], None] | None = None,
    ) -> None:
        # Without an encoding of our own, a part that declares another one would read differently in another reader.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = started
        self._parser.EndElementHandler = ended
        self._fed = 0

    def feed(self, chunk: bytes) -> None:
        self._parse(chunk, False)
        self._fed += len(chunk)
        # Expat keeps an unfinished token and goes over it again with each chunk: a long one takes quadratic time.
        if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
            raise SheetDamaged()

    def close(self) -> None:
        self._parse(b"", True)

    def _parse(self, chunk: bytes, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise SheetDamaged() from error


def _refuse_doctype(*_: object) -> None:
    raise SheetDeclaresEntities()


def _deflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for compressed in raw:
            rest = compressed
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
        while not inflater.eof:
            chunk = inflater.decompress(b"", _CHUNK)
            if not chunk:
                raise SheetDamaged()
            yield chunk
    except zlib.error as error:
        raise SheetDamaged() from error


def _count(file: BinaryIO, mark: bytes) -> int:
    """Before anything reads the directory of the archive, which can be large itself."""
    file.seek(0)
    found, end = 0, b""
    while chunk := file.read(_CHUNK):
        found += (end + chunk).count(mark)
        end = chunk[1 - len(mark) :]
    return found
