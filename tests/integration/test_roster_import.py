"""The roster of the HR system as a sheet: run dry, applied, repeated, taken away."""

from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock
from uuid import UUID, uuid4

import pytest

from services.members import imports
from shared.errors import Unavailable
from shared.sheets import open_sheet
from tests.campus import Campus
from tests.rosters import HEADER, XLSX, College, csv, xlsx


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


async def test_a_refused_row_is_not_missing_and_takes_no_number_of_another(college: College) -> None:
    first = await college.upload(xlsx([college.row(1), college.row(2)]))
    await college.run(first["id"])
    await college.run(first["id"], "applications")

    second = await college.upload(xlsx([college.row(3), college.row(1, 部门="没有的单位"), college.row(2, 性别="?")]))
    await college.run(second["id"])

    rows = (
        await college.campus.database("members")["roster_verdicts"]
        .find({"import_id": UUID(second["id"])})
        .to_list(None)
    )
    numbers = [row["number"] for row in rows]
    assert len(set(numbers)) == len(numbers)
    missing = {row["staff_number"] for row in rows if row["outcome"] == "missing"}
    assert not missing & {college.number(1), college.number(2)}
    assert all(row["number"] > 4 for row in rows if row["outcome"] == "missing")
    refused = {row["number"]: row["staff_number"] for row in rows if row["outcome"] == "refused"}
    assert refused == {3: college.number(1), 4: college.number(2)}


async def test_nobody_of_two_with_one_number_is_entered_also_when_one_of_them_is_refused_anyway(
    college: College,
) -> None:
    sheet = await college.upload(xlsx([college.row(1), college.row(1, 部门="没有的单位")]))
    await college.run(sheet["id"])
    done = await college.run(sheet["id"], "applications")

    assert counted(done) == {"refused": 2}
    reasons = {
        row["number"]: {why["rule"] for why in row["reasons"]} for row in await college.rows(sheet["id"], "refused")
    }
    assert reasons == {2: {"repeats_row_3"}, 3: {"unit_unknown", "repeats_row_2"}}


async def test_another_mapping_is_checked_before_it_is_applied(college: College) -> None:
    header = (*HEADER, "编码")
    sheet = await college.upload(xlsx([(*college.row(1), college.number(2))], header))
    await college.run(sheet["id"])
    path = f"/v1/roster-imports/{sheet['id']}"
    stores = college.campus.running["members"].stores  # type: ignore[attr-defined]
    lease = stores.sheets.lease(UUID(sheet["id"]))
    assert await lease.acquire()

    other = {"mapping": {**sheet["mapping"], "staff_number": "编码"}}
    keyed = {**college.campus.administrator, "Idempotency-Key": uuid4().hex}
    busy = await college.campus.post("members", f"{path}/dry-runs", other, keyed, status=409)
    await lease.release()
    found = await college.campus.get("members", path, college.campus.administrator)
    assert busy["type"].endswith("import-running")
    assert (found["mapping"], found["state"]) == (sheet["mapping"], "checked")

    # The refusal was not kept for an answer: the same request now runs.
    await college.campus.post("members", f"{path}/dry-runs", other, keyed, status=202)
    await college.finished(sheet["id"])
    assert [row["staff_number"] for row in await college.rows(sheet["id"], "new")] == [college.number(2)]


async def test_an_application_that_is_asked_for_again_runs_once(college: College) -> None:
    sheet = await college.upload(xlsx([college.row(1)]))
    await college.run(sheet["id"])
    path = f"/v1/roster-imports/{sheet['id']}/applications"
    keyed = {**college.campus.administrator, "Idempotency-Key": uuid4().hex}

    first = await college.campus.post("members", path, None, keyed, status=202)
    await college.finished(sheet["id"])
    runs = college.campus.database("members")["roster_verdicts"].distinct
    (run,) = await runs("run", {"import_id": UUID(sheet["id"])})
    again = await college.campus.post("members", path, None, keyed, status=202)

    assert again == first
    assert await runs("run", {"import_id": UUID(sheet["id"])}) == [run]


async def test_an_outage_refuses_no_row(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = await college.upload(xlsx([college.row(number) for number in range(4)]))
    await college.run(sheet["id"])
    members = college.campus.running["members"].stores.members  # type: ignore[attr-defined]
    real, tries = members.create, Counter[str]()

    async def create(decide: Any, *given: Any) -> Any:
        number = decide().state.staff_number
        tries[number] += 1
        if number == college.number(0) and tries[number] == 1:
            raise Unavailable
        answer = await real(decide, *given)
        if number == college.number(1) and tries[number] == 1:
            # It was written, and nobody knows.
            raise Unavailable
        return answer

    monkeypatch.setattr(members, "create", create)
    done = await college.run(sheet["id"], "applications")

    assert (done["state"], counted(done)) == ("applied", {"new": 4})
    assert tries == {college.number(0): 2, college.number(1): 1, college.number(2): 1, college.number(3): 1}


async def test_an_outage_that_stays_is_not_an_import_that_was_applied(
    college: College, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = await college.upload(xlsx([college.row(1)]))
    await college.run(sheet["id"])
    members = college.campus.running["members"].stores.members  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(imports, "_PAUSES", (0.01, 0.01))
        patch.setattr(members, "create", AsyncMock(side_effect=Unavailable))
        failed = await college.run(sheet["id"], "applications")

    assert (failed["state"], failed["progress"]["phase"]) == ("checked", "failed: unavailable")
    assert counted(await college.run(sheet["id"], "applications")) == {"new": 1}


async def test_whose_details_are_compared_and_exported_is_told_to_each(college: College) -> None:
    sheet = await college.upload(xlsx([college.row(1), college.row(2)]))
    await college.run(sheet["id"])
    await college.run(sheet["id"], "applications")
    await college.run(sheet["id"])
    await college.campus.http["members"].get(
        "/v1/roster-exports?purpose=statistics", headers=college.campus.administrator
    )

    for number in (1, 2):
        member = (await college.member(number))["id"]
        page = await college.campus.get("members", "/v1/access-records", college.campus.issuer.bearer(member))
        found = {(row["action"], row["purpose"]) for row in page["items"]}
        assert {("roster.compared", "handling"), ("roster.exported", "statistics")} <= found


async def test_units_of_one_name_and_units_that_were_closed_come_back_as_they_went(college: College) -> None:
    campus = college.campus
    twin = {"name": college.faculty, "name_en": "A twin", "kind": "office", "parent_id": await campus.school()}
    twin_id = (await campus.post("members", "/v1/units", twin, campus.administrator))["id"]
    rows = [
        college.row(1, 部门=f"{college.faculty} ({twin_id})"),
        college.row(2, 部门=college.office, 状态="退休"),
        college.row(3, 部门=college.faculty),
    ]
    sheet = await college.upload(xlsx(rows))
    done = await college.run(sheet["id"])
    assert counted(done) == {"new": 2, "refused": 1}
    await college.run(sheet["id"], "applications")
    office = (await college.member(2))["unit_id"]
    closing = {"on": "2022-06-01", "reason": "机构调整"}
    await campus.post("members", f"/v1/units/{office}/closures", closing, campus.administrator, status=200)
    exported = await campus.http["members"].get("/v1/roster-exports?purpose=handling", headers=campus.administrator)

    again = await college.upload(exported.content)
    done = await college.run(again["id"])

    own = {college.number(number) for number in (1, 2)}
    outcomes = await campus.database("members")["roster_verdicts"].find({"import_id": UUID(again["id"])}).to_list(None)
    assert {row["outcome"] for row in outcomes if row["staff_number"] in own} == {"unchanged"}
    closed = await college.upload(xlsx([college.row(4, 部门=college.office), college.row(1, 部门=college.office)]))
    await college.run(closed["id"])
    refused = await college.rows(closed["id"], "refused")
    assert {why["rule"] for row in refused for why in row["reasons"]} == {"unit-closed-already"}
    assert len(refused) == 2
