"""Files that people take away."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from fastapi.responses import StreamingResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_CHUNK = 65_536


def file_of(media_type: str) -> dict[int | str, dict[str, Any]]:
    """For the documented answers of a route."""
    return {200: {"description": "A file.", "content": {media_type: {}}}}


def attached(name: str, name_zh: str) -> dict[str, str]:
    """The headers of a file. Those who cannot read `name_zh` (RFC 5987) take the plain `name`."""
    return {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name_zh, safe='')}",
        "Cache-Control": "no-store",
    }


def streamed(file: BinaryIO, media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    """The file from its beginning, a piece at a time; it is closed in the end."""
    length = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type=media_type, headers={**headers, "Content-Length": str(length)})


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece
