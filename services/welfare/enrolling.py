"""How the members of a list are enrolled in a scheme of mutual aid."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.welfare.domain.aid import AidEnrolment, AidPlan, State
from services.welfare.domain.member_lists import Entry, Known, Outcome, Plan, Reason, Verdict, judge
from services.welfare.errors.aid import AidEnrolmentEndedBefore
from services.welfare.member_lists import by_hundreds, nobody_asks, of_a_row
from services.welfare.store import WelfareStores
from shared.aggregate import Decision
from shared.command import Command
from shared.errors import AlreadyExists, RuleBroken
from shared.ids import new_id
from shared.store import Piece, change_together


async def enrol_all(
    stores: WelfareStores,
    plan: AidPlan,
    entries: Sequence[Entry],
    known: Known,
    covers_from: date,
    order: Command,
    *,
    dry_run: bool,
) -> list[Verdict]:
    """What each row comes to. An enrolment that had ended is none of a list's to bring back."""
    judged = judge(entries, known)
    rows = [row for row in judged if isinstance(row, Plan)]
    there = await stores.aid_enrolments.in_plan(plan.id, (row.member_id for row in rows))

    async def write(together: Sequence[Plan]) -> None:
        ids = [new_id() for _ in together]

        def decide(*_: None) -> list[Decision[Any]]:
            return [
                AidEnrolment.enrol(
                    enrolment_id,
                    plan=plan,
                    member_id=row.member_id,
                    unit_id=row.unit_id,
                    employment=row.employment,
                    covers_from=covers_from,
                    by=order.actor,
                    at=order.at,
                )
                for enrolment_id, row in zip(ids, together, strict=True)
            ]

        pieces = [Piece(stores.aid_enrolments) for _ in together]
        await change_together(pieces, decide, of_a_row(order), nobody_asks)

    new = [row for row in rows if row.member_id not in there]
    broken = {} if dry_run else await by_hundreds(new, write)
    return [row if isinstance(row, Verdict) else _verdict(row, there, broken) for row in judged]


def _verdict(row: Plan, there: Mapping[Any, AidEnrolment], broken: Mapping[int, RuleBroken]) -> Verdict:
    found, error = there.get(row.member_id), broken.get(row.number)
    if found is not None and found.state is State.ENDED:
        return row.comes_to(Outcome.REFUSED, Reason("member_id", AidEnrolmentEndedBefore.slug()))
    # Somebody else may enrol them at this moment.
    if found is not None or isinstance(error, AlreadyExists):
        return row.comes_to(Outcome.UNCHANGED)
    if error is not None:
        return row.comes_to(Outcome.REFUSED, Reason("row", error.slug()))
    return row.comes_to(Outcome.NEW)
