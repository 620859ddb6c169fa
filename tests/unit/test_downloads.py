import io
from urllib.parse import unquote

from shared.http.downloads import XLSX, attached, streamed


def test_a_file_has_a_chinese_name_and_a_plain_one_for_those_who_cannot_read_it() -> None:
    shown = attached("proposals.xlsx", "示例 学院/“提案”.xlsx")["Content-Disposition"]

    assert shown.isascii()
    assert shown.startswith("attachment; filename=\"proposals.xlsx\"; filename*=UTF-8''")
    assert unquote(shown.rpartition("''")[2]) == "示例 学院/“提案”.xlsx"


def test_a_file_that_is_taken_away_is_kept_by_nobody_in_between() -> None:
    assert attached("a.xlsx", "甲.xlsx")["Cache-Control"] == "no-store"


async def test_a_file_is_sent_whole_from_its_beginning_and_closed() -> None:
    file = io.BytesIO(b"x" * 200_000)
    file.seek(0, 2)

    answer = streamed(file, XLSX, {})
    sent = [piece async for piece in answer.body_iterator]

    assert b"".join(bytes(piece) for piece in sent if isinstance(piece, bytes)) == b"x" * 200_000
    assert answer.headers["content-length"] == "200000"
    assert len(sent) > 1
    assert file.closed
