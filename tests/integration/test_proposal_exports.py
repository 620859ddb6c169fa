"""What is taken away of forms and cases, and forms that are alike."""

import io
import random
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
import pytest
from docx import Document
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from services.proposals.domain.proposals import State
from services.proposals.exports import collection
from services.proposals.exports.sheet import CASES, FORMS
from shared.clock import CAMPUS
from tests.campus import Campus
from tests.forms_and_cases import Place, a_congress, a_form, committee_of, handle, put, stores_of

REST = {
    "title": "关于改善教师午休条件的提案",
    "grounds": "教师中午没有休息的地方，只能趴在办公桌上，影响下午上课。",
    "suggestion": "每栋教学楼开放一间教师休息室，配备躺椅。",
}
REST_AGAIN = {
    "title": "关于在教学楼设置教工休息室的建议",
    "grounds": "很多老师中午无处休息，趴在桌子上睡，下午上课精神不好。",
    "suggestion": "建议学校在各教学楼设立休息室，放置躺椅。",
}
PARKING = {"title": "关于增加校园停车位的提案", "grounds": "车辆越来越多。", "suggestion": "扩建北门停车场。"}


async def taken(campus: Campus, path: str, who: dict[str, str] | None = None) -> httpx.Response:
    answer = await campus.http["proposals"].get(path, headers=who or campus.officer)
    assert answer.status_code == 200, answer.text
    return answer


def file_name(answer: httpx.Response) -> str:
    return unquote(answer.headers["content-disposition"].rpartition("UTF-8''")[2])


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


async def test_the_workbook_has_a_row_for_each_form_and_one_for_each_case(campus: Campus) -> None:
    congress, (first, second, third, _) = await a_congress(campus)
    made = await congress.seconded(first, [second, third], title="=1+1 是公式吗")
    await congress.disposed(made, "filed", committee_of(congress))
    other = str((await congress.file(second, [third]))["id"])

    answer = await taken(campus, f"/v1/proposal-exports/sheet?call_id={congress.call}")
    found = sheets(answer.content)

    assert file_name(answer) == "提案.xlsx"
    forms, cases = found["提案"], found["立案和意见建议"]
    assert (tuple(forms[0]), tuple(cases[0])) == (FORMS, CASES)
    rows = [dict(zip(FORMS, row, strict=True)) for row in forms[1:]]
    assert [row["提案编号"] for row in rows] == [made, other]
    assert [row["处理结果"] for row in rows] == ["立案", "待审查"]
    assert [row["附议人数"] for row in rows] == [2, 0]
    assert [row["提案人"] for row in rows] == ["代表甲", "代表乙"]
    assert rows[0]["案名"] == "'=1+1 是公式吗"
    (case,) = [dict(zip(CASES, row, strict=True)) for row in cases[1:]]
    assert (case["提案编号"], case["类型"], case["状态"]) == (made, "立案", "待交办")
    assert case["立案编号"] == rows[0]["立案编号"]


async def test_a_workbook_of_many_forms_is_read_a_batch_at_a_time(campus: Campus) -> None:
    place, chosen = Place(), random.Random(2)  # noqa: S311  the same data in every run
    forms = [a_form(place, chosen, [uuid4()]) for _ in range(1001)]
    await put(stores_of(campus).proposals, forms)

    found = sheets((await taken(campus, f"/v1/proposal-exports/sheet?call_id={place['call_id']}")).content)

    assert {row[0] for row in found["提案"][1:]} == {str(form.id) for form in forms}
    assert len(found["提案"]) == 1002


async def test_a_name_that_was_erased_is_in_no_workbook(campus: Campus) -> None:
    congress, (first, second, third, _) = await a_congress(campus)
    await congress.seconded(first, [second, third])
    await stores_of(campus).people.erase(UUID(first))

    found = sheets((await taken(campus, f"/v1/proposal-exports/sheet?call_id={congress.call}")).content)

    assert dict(zip(FORMS, found["提案"][1], strict=True))["提案人"] == "一位会员"


async def test_the_collection_of_a_call_says_of_each_form_what_became_of_it(campus: Campus) -> None:
    congress, (first, second, third, _) = await a_congress(campus)
    committee = committee_of(congress)
    filed = await congress.seconded(first, [second, third], title="关于增设母婴室的提案")
    merged = await congress.seconded(second, [first, third], title="关于设立母婴室的建议")
    withdrawn = str((await congress.file(third, [first], title="关于别的事的提案"))["id"])
    await congress.post(f"/v1/proposals/{withdrawn}/withdrawals", None, campus.issuer.bearer(third))
    waiting = await congress.seconded(third, [first, second], title="关于停车的提案")
    disposed = await congress.disposed(filed, "filed", committee)
    await congress.post(f"/v1/proposals/{merged}/mergers", {"into": filed}, committee)
    await handle(campus, congress, UUID(disposed["case_id"]))

    answer = await taken(campus, f"/v1/proposal-exports/collection?call_id={congress.call}", committee)
    document = Document(io.BytesIO(answer.content))

    assert waiting
    assert file_name(answer) == "示例教职工代表大会提案汇编.docx"
    texts = [paragraph.text for paragraph in document.paragraphs]
    headings = [text for text in texts if text.startswith("第 ")]
    assert headings == ["第 1 号　关于增设母婴室的提案", "第 2 号　关于设立母婴室的建议", "第 4 号　关于停车的提案"]
    tables = [{row.cells[0].text: row.cells[1].text for row in table.rows} for table in document.tables]
    assert [table["处理结果"] for table in tables] == ["立案", "并案（并入第 1 号）", "待审查"]
    assert tables[0]["提案人"].startswith("代表甲（")
    assert texts.count("已办理 <全部>\n谢谢") == 2


async def test_a_collection_has_a_limit_that_is_named(campus: Campus, monkeypatch: pytest.MonkeyPatch) -> None:
    congress, (first, second, _, _) = await a_congress(campus)
    for _ in range(2):
        await congress.file(first, [second])
    monkeypatch.setattr(collection, "MOST", 1)

    answer = await campus.http["proposals"].get(
        f"/v1/proposal-exports/collection?call_id={congress.call}", headers=campus.officer
    )

    assert answer.status_code == 409
    assert (answer.json()["most"], answer.json()["got"]) == (1, 2)


async def test_a_union_sets_its_own_template(campus: Campus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    congress, (first, second, _, _) = await a_congress(campus)
    await congress.file(first, [second])
    own = Document()
    own.add_paragraph("{{ nobody.knows }}")
    own.save(str(tmp_path / "own.docx"))
    transport = campus.http["proposals"]._transport
    assert isinstance(transport, httpx.ASGITransport)
    state = cast(FastAPI, transport.app).state
    monkeypatch.setattr(
        state, "settings", campus.settings.model_copy(update={"proposals_collection_template": tmp_path / "own.docx"})
    )

    answer = await campus.http["proposals"].get(
        f"/v1/proposal-exports/collection?call_id={congress.call}", headers=campus.officer
    )

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":collection-template-broken")


async def test_forms_that_are_alike_come_before_those_that_are_not_and_none_is_merged(campus: Campus) -> None:
    congress, (first, second, third, _) = await a_congress(campus)
    committee = committee_of(congress)
    form, like, unlike = [
        str((await congress.file(first, [second], **text))["id"]) for text in (REST, REST_AGAIN, PARKING)
    ]
    back = str((await congress.file(third, [second], **REST))["id"])
    await congress.post(f"/v1/proposals/{back}/withdrawals", None, campus.issuer.bearer(third))

    found = await campus.get("proposals", f"/v1/proposals/{form}/similar", committee)
    everything = await campus.get("proposals", f"/v1/proposals/{form}/similar?threshold=0&count=5", committee)
    now = await campus.get("proposals", f"/v1/proposals/{form}", committee)

    assert [item["proposal_id"] for item in found["items"]] == [like]
    assert [item["proposal_id"] for item in everything["items"]] == [like, unlike]
    assert now["state"] == "collected"


async def test_cases_of_earlier_calls_of_the_same_body_are_compared_too(campus: Campus) -> None:
    congress, (first, second, _, _) = await a_congress(campus)
    form = str((await congress.file(first, [second]))["id"])
    long_ago = datetime(2021, 3, 1, tzinfo=CAMPUS)
    body = {"body_id": UUID(congress.body), "unit_id": UUID(congress.unit), "filed_at": long_ago}
    chosen = random.Random(3)  # noqa: S311  the same data in every run
    units = [UUID(congress.unit)]
    case_id = uuid4()
    filed = a_form(Place(), chosen, units, **body, state=State.FILED, case_id=case_id)
    turned_down = a_form(Place(), chosen, units, **body, state=State.NOT_FILED)
    of_another_body = a_form(Place(), chosen, units, state=State.FILED, filed_at=long_ago)
    await put(stores_of(campus).proposals, [filed, turned_down, of_another_body])

    found = await campus.get("proposals", f"/v1/proposals/{form}/similar", committee_of(congress))

    (item,) = found["items"]
    assert item["proposal_id"] == str(filed.id)
    assert (item["case_id"], item["same_call"], item["score"]) == (str(case_id), False, 100.0)
