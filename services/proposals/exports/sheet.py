"""The workbook of forms and of cases. It is written as the rows come, however many there are."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import BinaryIO
from uuid import UUID

import anyio.from_thread
import anyio.to_thread

from services.proposals.domain.cases import Case
from services.proposals.domain.proposals import Proposal
from services.proposals.exports.words import (
    ANSWERS,
    CASE_STATES,
    CATEGORIES,
    KINDS,
    RATINGS,
    REASONS,
    SOMEBODY,
    STATES,
    yes_or_no,
)
from services.proposals.store import ProposalsStores
from services.proposals.store.statistics import Wanted
from services.proposals.store.units import names_of_units
from shared.access import Caller
from shared.clock import campus_day
from shared.sheets import Cell, Tab, write_workbook

FORMS = (
    "提案编号",
    "案名",
    "类别",
    "提案人",
    "提案人单位",
    "附议人数",
    "案由",
    "建议",
    "提交日期",
    "逾期提交",
    "处理结果",
    "暂不予立案理由",
    "处理说明",
    "立案编号",
    "并入的提案",
)
CASES = (
    "立案编号",
    "类型",
    "案名",
    "类别",
    "提案编号",
    "提案件数",
    "状态",
    "主办部门",
    "协办部门",
    "立案日期",
    "交办日期",
    "答复期限",
    "首次答复日期",
    "逾期答复",
    "办理轮次",
    "答复类别",
    "答复内容",
    "满意",
    "基本满意",
    "不满意",
)
_AT_ONCE = 200

Rows = list[list[Cell]]


async def write_figures(target: BinaryIO, stores: ProposalsStores, wanted: Wanted, caller: Caller) -> None:
    """Two sheets, of the forms and of the cases. Raises SheetFull, TextDoesNotFit."""
    forms = _form_rows(stores, stores.proposals.in_order(wanted.forms(caller), at_once=_AT_ONCE))
    cases = _case_rows(stores, stores.cases.in_order(wanted.cases(caller), at_once=_AT_ONCE))
    tabs = [Tab("提案", FORMS, _in_a_thread(forms)), Tab("立案和意见建议", CASES, _in_a_thread(cases))]
    await anyio.to_thread.run_sync(write_workbook, target, tabs)


def _in_a_thread(batches: AsyncIterator[Rows]) -> Iterator[list[Cell]]:
    """The rows for the thread that writes them; each batch is read by the event loop."""

    async def following() -> Rows | None:
        return await anext(batches, None)

    while (batch := anyio.from_thread.run(following)) is not None:
        yield from batch


async def _form_rows(stores: ProposalsStores, batches: AsyncIterator[list[Proposal]]) -> AsyncIterator[Rows]:
    async for batch in batches:
        people = await stores.people.find(form.proposer_id for form in batch)
        units = await names_of_units(stores.directory, (form.proposer_unit_id for form in batch))
        yield [
            [
                str(form.id),
                form.title,
                CATEGORIES[form.category],
                people[form.proposer_id].name if form.proposer_id in people else SOMEBODY,
                units.get(form.proposer_unit_id),
                len(form.accepted),
                form.grounds,
                form.suggestion,
                campus_day(form.filed_at),
                yes_or_no(form.late),
                STATES[form.state],
                REASONS[form.not_filed_reason] if form.not_filed_reason else None,
                form.disposition_note,
                _id(form.case_id),
                _id(form.merged_into),
            ]
            for form in batch
        ]


async def _case_rows(stores: ProposalsStores, batches: AsyncIterator[list[Case]]) -> AsyncIterator[Rows]:
    async for batch in batches:
        departments = (unit for case in batch for unit in (case.lead_unit_id, *case.co_unit_ids) if unit)
        units = await names_of_units(stores.directory, departments)
        yield [_case_row(case, units) for case in batch]


def _case_row(case: Case, units: dict[UUID, str]) -> list[Cell]:
    sent = case.last_sent
    ratings = [rating.value for rating in case.last_ratings]
    return [
        str(case.id),
        KINDS[case.kind],
        case.title,
        CATEGORIES[case.category],
        _listed(str(proposal) for proposal in case.proposal_ids),
        len(case.forms),
        CASE_STATES[case.state],
        units.get(case.lead_unit_id) if case.lead_unit_id else None,
        _listed(units.get(unit, "") for unit in case.co_unit_ids),
        case.opened_on,
        case.assigned_on,
        case.due_on,
        case.answered_on,
        yes_or_no(case.answered_late) if case.answered_on else None,
        case.round,
        ANSWERS[sent.type] if sent else None,
        sent.text if sent else None,
        *(ratings.count(value) for value in RATINGS),
    ]


def _listed(texts: Iterable[str]) -> str:
    return "、".join(texts)


def _id(given: UUID | None) -> str | None:
    return str(given) if given else None
