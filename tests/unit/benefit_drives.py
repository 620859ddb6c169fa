"""A drive of benefits in each of its states, without I/O."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.welfare.domain.benefit_packages import Package
from services.welfare.domain.benefits import BenefitDrive, State
from shared.aggregate import Decision
from shared.contracts.members import Employment
from shared.contracts.welfare.benefits import BenefitOccasion
from shared.contracts.welfare.visits import Form
from shared.ids import new_id

NOW = datetime(2022, 8, 20, 2, tzinfo=UTC)
SNAPSHOT = date(2022, 8, 22)
DEADLINE = datetime(2022, 9, 1, 10, tzinfo=UTC)
FIRST, LAST = date(2022, 9, 5), date(2022, 9, 16)
STAPLES = Package(id=new_id(), name="米面油", form=Form.GOODS, price_fen=20_000, stock=None, default=True)
FRUIT = Package(id=new_id(), name="水果", form=Form.GOODS, price_fen=30_000, stock=None, default=False)
ENTITLED = tuple(sorted(new_id() for _ in range(3)))


def plan(**given: Any) -> Decision[BenefitDrive]:
    fields: dict[str, Any] = {
        "unit_id": new_id(),
        "occasion": BenefitOccasion.MID_AUTUMN,
        "title": "中秋节慰问品",
        "employment": [Employment.IN_POST],
        "unit_ids": [],
        "packages": [STAPLES, FRUIT],
        "snapshot_on": SNAPSHOT,
        "choose_by": DEADLINE,
        "remind_days": 2,
        "pick_up_from": FIRST,
        "pick_up_until": LAST,
        "budget_fen": None,
        "by": new_id(),
        "at": NOW,
        **given,
    }
    return BenefitDrive.plan(new_id(), **fields)


def announce(drive: BenefitDrive, **given: Any) -> Decision[BenefitDrive]:
    fields = {"spending_id": new_id(), "policy_id": new_id(), "headroom_fen": 120_000, "by": new_id(), "at": NOW}
    return drive.announce(**{**fields, **given})


def _planned(**given: Any) -> BenefitDrive:
    return plan(**given).state


def _freezing(**given: Any) -> BenefitDrive:
    return _planned(**given).freeze(ENTITLED).state


def _frozen(**given: Any) -> BenefitDrive:
    return _freezing(**given).end_freezing().state


def _announced(**given: Any) -> BenefitDrive:
    return announce(_frozen(**given)).state


def _closing(**given: Any) -> BenefitDrive:
    return _announced(**given).close_choosing().state


def _choosing_closed(**given: Any) -> BenefitDrive:
    return _closing(**given).end_choosing().state


def _handing_out(**given: Any) -> BenefitDrive:
    return _choosing_closed(**given).hand_out(at=DEADLINE).state


def _reconciled(**given: Any) -> BenefitDrive:
    return _handing_out(**given).reconcile(picked_up=2, returned=1, amount_fen=50_000, by=new_id(), at=NOW).state


def _cancelled(**given: Any) -> BenefitDrive:
    return _announced(**given).cancel("供货商停产", at=NOW).state


IN: Mapping[State, Callable[..., BenefitDrive]] = {
    State.PLANNED: _planned,
    State.FREEZING: _freezing,
    State.FROZEN: _frozen,
    State.ANNOUNCED: _announced,
    State.CLOSING: _closing,
    State.CHOOSING_CLOSED: _choosing_closed,
    State.HANDING_OUT: _handing_out,
    State.RECONCILED: _reconciled,
    State.CANCELLED: _cancelled,
}
"""How a drive comes to be in each of its states."""

MOMENT = timedelta(milliseconds=1)
