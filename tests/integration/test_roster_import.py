"""The roster of the HR system as a sheet: run dry, applied, repeated, taken away."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.sheets import open_sheet, write_sheet
from tests.campus import Campus, until

HEADER = ("工号", "姓名", "性别", "部门", "入会日期", "出生日期", "手机", "状态", "备注")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class College:
    """A faculty with a name of its own, and sheets about it."""

    def __init__(self, campus: Campus) -> None:
        self.campus = campus
        self.mark = uuid4().hex[:6]
        self.faculty, self.office = f"学院{self.mark}", f"办公室{self.mark}"

    async def open(self) -> "College":
        for name, kind in ((self.faculty, "faculty"), (self.office, "office")):
            body = {"name": name, "name_en": f"{name} en", "kind": kind, "parent_id": await self.campus.school()}
            await self.campus.post("members", "/v1/units", body, self.campus.administrator)
        return self

    def number(self, number: int) -> str:
        return f"R{self.mark}{number}"

    def row(self, number: int, **change: Any) -> tuple[Any, ...]:
        cells = {
            "工号": self.number(number),
            "姓名": "示例会员",
            "性别": "女",
            "部门": self.faculty,
            "入会日期": "2020/9/1",
            "出生日期": "1985年3月4日",
            "手机": f"138{number:08d}",
            "状态": "在职",
            "备注": "=1+1 不是公式",
            **change,
        }
        return tuple(cells[name] for name in HEADER)

    async def upload(self, content: bytes, *, status: int = 201) -> dict[str, Any]:
        answer = await self.campus.http["members"].post(
            "/v1/roster-imports", content=content, headers=self.campus.administrator
        )
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def run(self, import_id: str, what: str = "dry-runs", body: Any = None) -> dict[str, Any]:
        path = f"/v1/roster-imports/{import_id}"
        given = {} if what == "dry-runs" and body is None else body
        await self.campus.post("members", f"{path}/{what}", given, self.campus.administrator, status=202)

        async def done() -> dict[str, Any] | None:
            found = await self.campus.get("members", path, self.campus.administrator)
            phase = found["progress"]["phase"]
            return found if phase == "done" or phase.startswith("failed") else None

        return await until(done, seconds=60, what="the import")

    async def rows(self, import_id: str, outcome: str) -> list[dict[str, Any]]:
        path = f"/v1/roster-imports/{import_id}/rows?outcome={outcome}&limit=200"
        found = await self.campus.get("members", path, self.campus.administrator)
        items: list[dict[str, Any]] = found["items"]
        return items

    async def member(self, number: int) -> dict[str, Any]:
        path = f"/v1/members?staff_number={self.number(number)}"
        (found,) = (await self.campus.get("members", path, self.campus.administrator))["items"]
        return await self.campus.get(
            "members", f"/v1/members/{found['id']}/details?purpose=handling", self.campus.administrator
        )


def xlsx(rows: Iterable[tuple[Any, ...]], header: tuple[str, ...] = HEADER) -> bytes:
    target = io.BytesIO()
    write_sheet(target, list(header), rows)
    return target.getvalue()


def csv(rows: Iterable[tuple[Any, ...]], encoding: str = "gb18030") -> bytes:
    return "\r\n".join(",".join(str(cell).replace("=", "") for cell in row) for row in (HEADER, *rows)).encode(encoding)


def counted(found: dict[str, Any]) -> dict[str, int]:
    return {outcome: number for outcome, number in found["counts"].items() if number and outcome != "missing"}


@pytest.fixture
async def college(campus: Campus) -> College:
    return await College(campus).open()


async def test_a_dry_run_says_what_each_row_would_do_and_does_nothing(college: College) -> None:
    rows = [
        college.row(1),
        college.row(2, 部门="没有的单位"),
        college.row(3, 性别="?", 入会日期="2022-02-30"),
        college.row(4, 手机="12"),
        college.row(1, 姓名="又一个"),
        college.row(5, 工号=None),
    ]
    sheet = await college.upload(xlsx(rows))

    done = await college.run(sheet["id"])

    assert (done["state"], counted(done)) == ("checked", {"refused": 6})
    refused = {
        row["number"]: {(why["field"], why["rule"]) for why in row["reasons"]}
        for row in await college.rows(sheet["id"], "refused")
    }
    assert refused == {
        2: {("staff_number", "repeats_row_6")},
        3: {("unit", "unit_unknown")},
        4: {("sex", "literal_error"), ("joined_union_on", "date_type")},
        5: {("phone", "string_pattern_mismatch")},
        6: {("staff_number", "repeats_row_2")},
        7: {("staff_number", "missing")},
    }
    listed = await college.campus.get("members", f"/v1/members?q={college.number(1)}", college.campus.administrator)
    assert listed["items"] == []


async def test_an_import_enters_changes_and_leaves_alone_and_once_more_changes_nothing(college: College) -> None:
    first = await college.upload(csv([college.row(1), college.row(2), college.row(3)]))
    await college.run(first["id"])
    assert counted(await college.run(first["id"], "applications")) == {"new": 3}

    second = await college.upload(
        xlsx([college.row(1), college.row(2, 部门=college.office, 手机="13900000000"), college.row(3, 状态="退休")])
    )
    assert counted(await college.run(second["id"])) == {"changed": 2, "unchanged": 1}
    assert [row["fields"] for row in await college.rows(second["id"], "changed")] == [
        ["phone", "unit_id"],
        ["employment"],
    ]
    assert counted(await college.run(second["id"], "applications")) == {"changed": 2, "unchanged": 1}
    assert counted(await college.run(second["id"], "applications")) == {"unchanged": 3}

    moved, retired = await college.member(2), await college.member(3)
    assert (moved["phone"], len(moved["history"]), retired["employment"]) == ("+8613900000000", 2, "retired")
    assert (await college.member(1))["birth_date"] == "1985-03-04"


async def test_who_is_missing_from_the_sheet_is_listed_and_stays(college: College) -> None:
    first = await college.upload(xlsx([college.row(1), college.row(2)]))
    await college.run(first["id"])
    await college.run(first["id"], "applications")

    second = await college.upload(xlsx([college.row(2)]))
    await college.run(second["id"])
    await college.run(second["id"], "applications")

    missing = []
    after = -1
    while True:
        page = await college.campus.get(
            "members",
            f"/v1/roster-imports/{second['id']}/rows?outcome=missing&limit=200&after={after}",
            college.campus.administrator,
        )
        missing += [row["staff_number"] for row in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert college.number(1) in missing
    assert college.number(2) not in missing
    assert (await college.member(1))["employment"] == "in_post"


async def test_the_report_is_the_sheet_with_the_reasons_beside_the_rows(college: College, tmp_path: Path) -> None:
    sheet = await college.upload(xlsx([college.row(1), college.row(2, 部门="没有的单位")]))
    await college.run(sheet["id"])

    answer = await college.campus.http["members"].get(
        f"/v1/roster-imports/{sheet['id']}/report", headers=college.campus.administrator
    )

    assert answer.headers["content-type"] == XLSX
    (tmp_path / "report").write_bytes(answer.content)
    with open_sheet(tmp_path / "report") as report:
        assert report.header == (*HEADER, "结果 Outcome", "原因 Reasons")
        good, bad = list(report.rows())
    assert (good.cells[-2], good.cells[-1]) == ("new", None)
    assert bad.cells[-2] == "refused"
    assert "没有这个单位" in str(bad.cells[-1])
    assert good.cells[HEADER.index("备注")] == "=1+1 不是公式"


async def test_what_was_taken_away_can_be_handed_in_again_and_changes_nothing(college: College) -> None:
    sheet = await college.upload(xlsx([college.row(1, 姓名="=cmd|calc"), college.row(2)]))
    await college.run(sheet["id"])
    await college.run(sheet["id"], "applications")
    exported = await college.campus.http["members"].get(
        "/v1/roster-exports?purpose=handling", headers=college.campus.administrator
    )
    assert exported.status_code == 200, exported.text

    again = await college.upload(exported.content)
    done = await college.run(again["id"])

    assert done["counts"].get("new", 0) == done["counts"].get("changed", 0) == 0
    assert done["counts"]["unchanged"] >= 2
    for purpose in ("", "?purpose=own"):
        refused = await college.campus.get(
            "members", f"/v1/roster-exports{purpose}", college.campus.administrator, status=422
        )
        assert refused["field"] == "purpose"


async def test_columns_are_guessed_and_can_be_told(college: College) -> None:
    header = ("编码", "姓名", "性别", "所在部门", "入会时间")
    rows = [(college.number(1), "示例会员", "男", college.faculty, "2020-09-01")]
    sheet = await college.upload(xlsx(rows, header))
    assert sheet["mapping"] == {"name": "姓名", "sex": "性别", "unit": "所在部门", "joined_union_on": "入会时间"}
    path = f"/v1/roster-imports/{sheet['id']}/dry-runs"

    missing = await college.campus.post("members", path, {}, college.campus.administrator, status=409)
    unknown = await college.campus.post(
        "members", path, {"mapping": {"staff_number": "工号"}}, college.campus.administrator, status=422
    )
    done = await college.run(sheet["id"], body={"mapping": {**sheet["mapping"], "staff_number": "编码"}})

    assert (missing["fields"], unknown["field"]) == (["staff_number"], "staff_number")
    assert counted(done) == {"new": 1}


async def test_before_it_was_run_dry_nothing_is_applied(college: College) -> None:
    sheet = await college.upload(xlsx([college.row(1)]))

    path = f"/v1/roster-imports/{sheet['id']}/applications"
    refused = await college.campus.post("members", path, None, college.campus.administrator, status=409)

    assert refused["type"].endswith("import-not-checked")


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (b"", "sheet-empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "sheet-old-or-encrypted"),
        ("工号,姓名\n1,=cmd\n".encode(), "formula-in-cell"),
        ("工号,工号\n1,2\n".encode(), "header-name-repeated"),
    ],
)
async def test_a_sheet_that_cannot_be_taken_is_refused_by_its_reason(
    college: College, content: bytes, slug: str
) -> None:
    refused = await college.upload(content, status=422)

    assert refused["type"].rpartition(":")[2] == slug


async def test_what_was_handed_in_is_sealed_where_it_is_kept(college: College) -> None:
    sheet = await college.upload(csv([college.row(1)], "utf-8"))

    rows = await college.campus.database("members")["roster_files"].find({}).to_list(None)
    kept = [row for row in rows if str(row["import_id"]) == sheet["id"]]
    assert kept
    assert not any(college.number(1).encode() in row["sealed"] for row in kept)
