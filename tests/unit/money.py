"""Envelopes, spendings and policies as unit tests begin with them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.welfare.domain import movements
from services.welfare.domain.envelopes import Envelope, close, open_envelope
from services.welfare.domain.movements import Limits, Posting
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.spendings import Approved, FundDecision, Spending
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.contracts.welfare.visits import Form
from shared.ids import new_id

AT = datetime(2022, 6, 1, 2, tzinfo=UTC)
TODAY = date(2022, 6, 1)
FINANCE, OFFICER = new_id(), new_id()
BRANCH, SECTION = new_id(), new_id()
ABOVE = 2_000_000
"""Above this a spending takes a decision of the committee."""


def posting(by: UUID = FINANCE, document: str | None = None) -> Posting:
    return Posting(entry_id=new_id(), by=by, at=AT, on=TODAY, document=document)


def envelope(granted_fen: int = 100_000, *, year: int = 2022, **change: Any) -> Envelope:
    opened = open_envelope(
        new_id(),
        year=year,
        category=Category.ACTIVITIES,
        unit_id=BRANCH,
        granted_fen=granted_fen,
        document="校工会〔2022〕1号",
    )
    return opened.state.model_copy(update=change)


def closed(granted_fen: int = 100_000) -> Envelope:
    return close(envelope(granted_fen)).state


def approved(amount_fen: int = 60_000, **change: Any) -> Approved:
    given = Approved(
        kind=SpendingKind.ACTIVITY,
        subject_id=new_id(),
        unit_id=BRANCH,
        amount_fen=amount_fen,
        policy_id=None,
        headroom_fen=None,
        decision_id=None,
        allowance_id=None,
    )
    return given._replace(**change)


def committee_decision(granted_fen: int = 5_000_000) -> FundDecision:
    return FundDecision(
        id=new_id(),
        decided_on=TODAY,
        subject="端午节福利",
        document="工会委员会纪要〔2022〕4号",
        granted_fen=granted_fen,
    )


def reserved(amount_fen: int = 60_000, of: Envelope | None = None) -> tuple[Spending, Envelope]:
    moved = movements.reserve(
        new_id(),
        approved(amount_fen),
        of or envelope(),
        Limits(),
        posting(OFFICER),
        decision_above_fen=ABOVE,
    )
    return moved[0].state, moved[1].state


def paid(amount_fen: int = 60_000, part_fen: int | None = None) -> tuple[Spending, Envelope]:
    moved = movements.pay(*reserved(amount_fen), Limits(), posting(), amount_fen=part_fen)
    return moved[0].state, moved[1].state


def policy(**change: Any) -> SpendingPolicy:
    fields = {
        "id": new_id(),
        "effective_from": date(2022, 1, 1),
        "source": "校工会〔2022〕3号",
        "kind": SpendingKind.VISIT,
        "occasion": "",
        "unit_id": None,
        "category": Category.RIGHTS,
        "forms": (Form.GOODS,),
        "cap_per_occasion_fen": 50_000,
        "cap_per_year_fen": None,
        "signers": (),
    }
    return SpendingPolicy.model_validate({**fields, **change})
