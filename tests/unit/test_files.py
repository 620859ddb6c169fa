"""Files that are streamed: what they are, and how they are cut."""

from collections.abc import AsyncIterator, Sequence

import pytest

from shared.files import ENDINGS, MEDIA_TYPES, FileTypeNotTaken, Spool, _cut, _numbered, media_type_of

SECRET = b"proof of a stay in hospital"


async def arriving(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_file_is_what_it_begins_with(beginning: bytes, media_type: str) -> None:
    assert media_type_of(beginning) == media_type


@pytest.mark.parametrize(
    "beginning",
    [b"", b"%PD", b"MZ\x90\x00", b"<html>", b"PK\x03\x04", b"RIFF\x24\x00\x00\x00WAVEfmt ", b" %PDF-1.7", b"GIF89a"],
)
def test_what_begins_otherwise_is_not_taken(beginning: bytes) -> None:
    with pytest.raises(FileTypeNotTaken):
        media_type_of(beginning)


def test_every_type_has_its_ending() -> None:
    assert set(ENDINGS) == set(MEDIA_TYPES)


async def test_a_spool_gives_back_what_arrived_as_often_as_it_is_asked() -> None:
    with Spool() as spool:
        for piece in (b"%PDF", b"-1.7\n", SECRET * 10_000):
            await spool.add(piece)

        for _ in range(2):
            assert b"".join([piece async for piece in spool.pieces()]) == b"%PDF-1.7\n" + SECRET * 10_000
        assert spool.size == 9 + len(SECRET) * 10_000
        assert spool.beginning == (b"%PDF-1.7\n" + SECRET)[:16]


async def test_what_a_spool_puts_on_disk_cannot_be_read() -> None:
    with Spool() as spool:
        await spool.add(SECRET * 10_000)

        spool._file.seek(0)
        assert SECRET not in spool._file.read()


@pytest.mark.parametrize("sizes", [(), (1,), (4,), (5,), (3, 3, 3), (12,), (1, 11)])
async def test_pieces_are_cut_to_one_size_whatever_arrives(sizes: tuple[int, ...]) -> None:
    content = bytes(range(sum(sizes)))
    pieces, at = [], 0
    for size in sizes:
        pieces.append(content[at : at + size])
        at += size

    cut = [piece async for piece in _cut(arriving(pieces), 4)]

    assert b"".join(cut) == content
    assert all(len(piece) == 4 for piece in cut[:-1])
    assert all(0 < len(piece) <= 4 for piece in cut)


@pytest.mark.parametrize("number", [0, 1, 2, 5])
async def test_the_last_piece_is_known_to_be_the_last(number: int) -> None:
    found = [(at, last) async for at, _, last in _numbered(arriving([b"x"] * number))]

    assert found == [(at, at == number - 1) for at in range(number)]
