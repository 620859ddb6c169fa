"""Where policies are kept, and those that a school begins with."""

import contextlib
from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pymongo.errors import DuplicateKeyError

from services.welfare.domain.policies import FundRule, Signer, SpendingPolicy, prevailing
from services.welfare.errors.policies import PolicyMissing
from shared.contracts.welfare.funds import Category
from shared.contracts.welfare.policies import SpendingKind
from shared.contracts.welfare.visits import Form, Occasion
from shared.directory import Directory
from shared.roles import Role
from shared.rules import RuleStore
from shared.store import Foundation, Store

_COMMON_PRACTICE = (
    "Common practice under 基层工会经费收支管理办法 (总工办发〔2017〕32号), which leaves the amounts to the "
    "province and the school: replace it by their own."
)
_BEGINNING = date(2018, 1, 1)
_EITHER = (Form.MONEY, Form.GOODS)
_GOODS = (Form.GOODS,)
_OFFICER = (Signer(role=Role.UNION_OFFICER, above_fen=50_000),)


def _starting(
    kind: SpendingKind,
    occasion: str,
    category: Category,
    forms: tuple[Form, ...],
    cap_fen: int | None,
    cap_per_year_fen: int | None = None,
    signers: tuple[Signer, ...] = _OFFICER,
) -> SpendingPolicy:
    return SpendingPolicy(
        id=uuid5(NAMESPACE_URL, f"starting policy {kind} {occasion}"),
        effective_from=_BEGINNING,
        source=_COMMON_PRACTICE,
        kind=kind,
        occasion=occasion,
        unit_id=None,
        category=category,
        forms=forms,
        cap_per_occasion_fen=cap_fen,
        cap_per_year_fen=cap_per_year_fen,
        signers=signers,
    )


_RIGHTS, _ACTIVITIES = Category.RIGHTS, Category.ACTIVITIES
STARTING: Sequence[SpendingPolicy] = (
    _starting(SpendingKind.VISIT, Occasion.MARRIAGE, _ACTIVITIES, _EITHER, 60_000),
    _starting(SpendingKind.VISIT, Occasion.BIRTH, _ACTIVITIES, _EITHER, 60_000),
    _starting(SpendingKind.VISIT, Occasion.HOSPITALISED, _RIGHTS, _EITHER, 100_000),
    _starting(SpendingKind.VISIT, Occasion.RETIREMENT, _ACTIVITIES, _EITHER, 100_000),
    _starting(SpendingKind.VISIT, Occasion.DEATH, _RIGHTS, _EITHER, 200_000),
    _starting(SpendingKind.VISIT, Occasion.BEREAVEMENT, _RIGHTS, _EITHER, 100_000),
    _starting(SpendingKind.VISIT, Occasion.BIRTHDAY, _ACTIVITIES, _GOODS, 30_000, 30_000),
    _starting(SpendingKind.VISIT, "", _RIGHTS, _GOODS, 30_000),
    _starting(SpendingKind.BATCH_VISIT, "", _RIGHTS, _GOODS, 30_000),
    _starting(SpendingKind.HARDSHIP_GRANT, "", _RIGHTS, (Form.MONEY,), None),
    _starting(SpendingKind.BENEFIT, "", _ACTIVITIES, _GOODS, None, 150_000),
    _starting(SpendingKind.BENEFIT, "birthday", _ACTIVITIES, _GOODS, 30_000, 30_000),
    _starting(SpendingKind.MUTUAL_AID, "", _RIGHTS, (Form.MONEY,), None),
    _starting(SpendingKind.PAIRING, "", _RIGHTS, _EITHER, None),
    _starting(SpendingKind.ACTIVITY, "", _ACTIVITIES, _EITHER, None),
    _starting(SpendingKind.EXPENSE, "", Category.OPERATIONS, (Form.MONEY,), None),
)


class PolicyStore(Store[SpendingPolicy]):
    model = SpendingPolicy
    collection = "policies"
    what = "policy"

    def __init__(self, foundation: Foundation, directory: Directory) -> None:
        super().__init__(foundation)
        self._directory = directory

    async def prepare(self) -> None:
        of_a_day = [("kind", 1), ("unit_id", 1), ("occasion", 1), ("effective_from", -1)]
        await self.documents.create_index(of_a_day, unique=True)
        for policy in STARTING:
            fields = {"version": 1, **self._fields(policy)}
            # Another process may begin at the same moment, and a school may have a policy of its own of that day.
            with contextlib.suppress(DuplicateKeyError):
                await self.documents.update_one({"_id": policy.id}, {"$setOnInsert": fields}, upsert=True)

    async def judging(self, kind: SpendingKind, occasion: str, unit_id: UUID | None, day: date) -> SpendingPolicy:
        """The policy in force on a day: of the nearest unit upwards, else the school's; for the occasion, else for all.

        A unit whose place is not known yet is under the school's. Raises PolicyMissing.
        """
        line = await self._directory.known_line_of(unit_id)
        rows = await self.documents.find(
            {
                "kind": kind.value,
                "unit_id": {"$in": line},
                "occasion": {"$in": [occasion, ""]},
                "effective_from": {"$lte": day.isoformat()},
            }
        ).to_list(None)
        found = prevailing((self._versioned(row).state for row in rows), line, occasion, day)
        if found is None:
            raise PolicyMissing(spending=kind.value, day=day.isoformat())
        return found


class FundRules(RuleStore[FundRule]):
    model = FundRule
    collection = "fund_rules"
    what = "fund rule"
    starting: ClassVar[dict[str, object]] = {
        "effective_from": _BEGINNING,
        "source": _COMMON_PRACTICE,
        "decision_above_fen": 2_000_000,
    }
