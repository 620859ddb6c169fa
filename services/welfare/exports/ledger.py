"""The workbook of the ledger. It is written as the rows come, all of them as they are at one moment."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import anyio.from_thread
import anyio.to_thread

from services.welfare.domain.ledger import Account, Movement
from services.welfare.exports.words import ACCOUNTS, CATEGORIES, KINDS, MOVEMENTS, STATES
from services.welfare.store import WelfareStores
from shared.clock import CAMPUS
from shared.contracts.welfare.funds import Category, SpendingState
from shared.contracts.welfare.policies import SpendingKind
from shared.mongo import Session
from shared.sheets import Cell, Tab, write_workbook

JOURNAL = (
    "凭证编号",
    "时间",
    "变动",
    "预算类别",
    "单位",
    "科目",
    "借方（元）",
    "贷方（元）",
    "支出编号",
    "文件",
    "经办人",
)
SPENDINGS = (
    "支出编号",
    "类型",
    "事项编号",
    "预算类别",
    "单位",
    "状态",
    "批准金额（元）",
    "预留（元）",
    "已支出（元）",
    "标准生效日期",
    "标准依据",
    "标准内余额（元）",
    "集体研究决定",
    "大额",
    "批准人",
    "批准时间",
    "付款人",
    "付款时间",
)
_AT_ONCE = 200

Rows = list[list[Cell]]


async def write_ledger(target: BinaryIO, stores: WelfareStores, year: int) -> None:
    """Two sheets, of the lines of the journal and of the spendings. Raises SheetFull, TextDoesNotFit."""
    async with stores.statements.at_one_moment() as session:
        about = await _about(stores, session)
        journal = _journal_rows(stores, session, year, about)
        spendings = _spending_rows(stores, session, year, about)
        tabs = [
            Tab("记账凭证", JOURNAL, _in_a_thread(journal)),
            Tab("支出", SPENDINGS, _in_a_thread(spendings)),
        ]
        await anyio.to_thread.run_sync(write_workbook, target, tabs)


def _in_a_thread(batches: AsyncIterator[Rows]) -> Iterator[list[Cell]]:
    """The rows for the thread that writes them; each batch is read by the event loop."""

    async def following() -> Rows | None:
        return await anext(batches, None)

    while (batch := anyio.from_thread.run(following)) is not None:
        yield from batch


About = Mapping[UUID, str]
"""What an id is called: a category of an envelope, a unit, a policy's document, the minutes of a decision."""


async def _about(stores: WelfareStores, session: Session) -> About:
    found: dict[UUID, str] = {}
    async for row in stores.envelopes.documents.find({}, {"category": 1}, session=session):
        found[row["_id"]] = CATEGORIES[Category(row["category"])]
    async for row in stores.fund_decisions.documents.find({}, {"document": 1}, session=session):
        found[row["_id"]] = row["document"]
    async for row in stores.policies.documents.find({}, {"source": 1, "effective_from": 1}, session=session):
        found[row["_id"]] = f"{row['effective_from']} {row['source']}"
    async for row in stores.directory.units.find({"name": {"$exists": True}}, {"name": 1}):
        found[row["_id"]] = row["name"]
    return found


async def _journal_rows(stores: WelfareStores, session: Session, year: int, about: About) -> AsyncIterator[Rows]:
    async for batch in stores.statements.entries(year, session, at_once=_AT_ONCE):
        yield [
            [
                str(entry["_id"]),
                _moment(entry["posted_at"]),
                MOVEMENTS[Movement(entry["movement"])],
                about.get(line["envelope_id"]),
                _unit(entry["unit_id"], about),
                ACCOUNTS[Account(line["account"])],
                _yuan(line["debit_fen"]) if line["debit_fen"] else None,
                _yuan(line["credit_fen"]) if line["credit_fen"] else None,
                _id(entry["spending_id"]),
                entry["document"],
                str(entry["posted_by"]),
            ]
            for entry in batch
            for line in entry["lines"]
        ]


async def _spending_rows(stores: WelfareStores, session: Session, year: int, about: About) -> AsyncIterator[Rows]:
    async for batch in stores.statements.spendings(year, session, at_once=_AT_ONCE):
        yield [_spending_row(row, about) for row in batch]


def _spending_row(row: Mapping[str, Any], about: About) -> list[Cell]:
    effective_from, _, source = about.get(row["policy_id"], "").partition(" ")
    return [
        str(row["_id"]),
        KINDS[SpendingKind(row["kind"])],
        str(row["subject_id"]),
        about.get(row["envelope_id"]),
        _unit(row["unit_id"], about),
        STATES[SpendingState(row["state"])],
        _yuan(row["amount_fen"]),
        _yuan(row["reserved_fen"]),
        _yuan(row["spent_fen"]),
        effective_from or None,
        source or None,
        _yuan(row["headroom_fen"]),
        about.get(row["decision_id"]),
        "是" if row["large"] else "否",
        str(row["approved_by"]),
        _moment(row["approved_at"]),
        _id(row["paid_by"]),
        _moment(row["paid_at"]),
    ]


def _yuan(fen: int | None) -> float | None:
    """A spreadsheet has no other numbers, and keeps 15 digits of one: enough for fen."""
    return None if fen is None else fen / 100


def _moment(at: datetime | None) -> Cell:
    return at.astimezone(CAMPUS).replace(tzinfo=None) if at else None


def _unit(unit_id: UUID | None, about: About) -> str | None:
    return about.get(unit_id) if unit_id else "学校工会"


def _id(given: UUID | None) -> str | None:
    return str(given) if given else None
