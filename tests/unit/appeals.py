"""An appeal at each step of its way, and what is done with it: for the tests of its domain."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.proposals.domain import appeal_hearers as hearers
from services.proposals.domain.appeal_committees import AppealCommittee
from services.proposals.domain.appeals import Appeal, RefusalReason
from services.proposals.store.appeals import AppealRules
from shared.aggregate import Decision
from shared.contracts.proposals.appeals import Outcome
from shared.errors import RuleBroken
from shared.ids import new_id

AT = datetime(2022, 3, 1, 8, tzinfo=UTC)
TODAY = date(2022, 3, 1)
SCHOOL, UNIT, SECTION = new_id(), new_id(), new_id()
APPELLANT, RESPONDENT, STRANGER, APPOINTER = new_id(), new_id(), new_id(), new_id()
MEMBERS = [new_id() for _ in range(5)]
CHAIR, MEDIATOR, *OTHERS = MEMBERS
STAND_INS = [new_id() for _ in range(3)]
RULE = AppealRules.first()


def appoint(
    members: list[UUID] | None = None,
    chair: UUID = CHAIR,
    from_day: date = date(2022, 1, 1),
    before: AppealCommittee | None = None,
) -> AppealCommittee:
    return AppealCommittee.appoint(
        new_id(),
        unit_id=SCHOOL,
        member_ids=MEMBERS if members is None else members,
        chair_id=chair,
        from_day=from_day,
        before=before,
        rule=RULE,
        by=APPOINTER,
    ).state


def submit(
    decided_on: date = TODAY, *, committee: AppealCommittee | None = None, appellant: UUID = APPELLANT
) -> Decision[Appeal]:
    return Appeal.submit(
        new_id(),
        appellant_id=appellant,
        respondent_unit_id=UNIT,
        decided_on=decided_on,
        grounds="考核结果与事实不符",
        claim="撤销考核结果",
        evidence=["工作记录"],
        committee=committee or appoint(),
        rule=RULE,
        at=AT,
        today=TODAY,
    )


def refuse(appeal: Appeal, by: UUID = CHAIR) -> Decision[Appeal]:
    return appeal.refuse(reason=RefusalReason.NO_DECISION, text="没有作出决定", by=by, at=AT)


def accept(
    appeal: Appeal, by: UUID = CHAIR, respondent: UUID = RESPONDENT, *, of_unit: UUID = SECTION
) -> Decision[Appeal]:
    return appeal.accept(respondent_id=respondent, of_unit=of_unit, units=[UNIT, SECTION], by=by)


def mediate(appeal: Appeal, by: UUID = CHAIR, mediator: UUID = MEDIATOR, today: date = TODAY) -> Decision[Appeal]:
    return appeal.open_mediation(mediator_id=mediator, by=by, today=today)


def settle(appeal: Appeal, by: UUID = MEDIATOR) -> Decision[Appeal]:
    return appeal.settle(text="双方达成一致", by=by, at=AT)


def fail(appeal: Appeal, by: UUID = MEDIATOR) -> Decision[Appeal]:
    return appeal.fail_mediation(text="未能达成一致", by=by)


def schedule(appeal: Appeal, by: UUID = CHAIR, on: date = TODAY, today: date = TODAY) -> Decision[Appeal]:
    return appeal.schedule_hearing(on=on, by=by, today=today)


def hold(appeal: Appeal, by: UUID = CHAIR, present: list[UUID] | None = None, today: date = TODAY) -> Decision[Appeal]:
    there = MEMBERS[:4] if present is None else present
    return appeal.hold_hearing(present_ids=there, record="听证记录", by=by, today=today)


def decide(
    appeal: Appeal,
    by: UUID = CHAIR,
    votes: tuple[int, int] = (3, 1),
    *,
    worse: bool = False,
    outcome: Outcome = Outcome.CHANGED,
) -> Decision[Appeal]:
    return appeal.decide(
        outcome=outcome,
        text="变更原决定",
        votes_for=votes[0],
        votes_against=votes[1],
        worse_for_appellant=worse,
        by=by,
        at=AT,
    )


def recuse(appeal: Appeal, member: UUID = OTHERS[2], by: UUID | None = None) -> Decision[Appeal]:
    return hearers.recuse(appeal, member_id=member, reason="与当事人有利害关系", by=by or member)


def leave(appeal: Appeal, member: UUID = OTHERS[2]) -> Decision[Appeal]:
    return hearers.leave(appeal, member_id=member)


def stand_in(
    appeal: Appeal,
    *members: UUID,
    chair: UUID | None = None,
    committee: AppealCommittee | None = None,
    by: UUID = STRANGER,
) -> Decision[Appeal]:
    return hearers.stand_in(
        appeal,
        member_ids=members,
        chair_id=chair,
        reason="委员不足",
        committee=committee or appoint([*MEMBERS, *STAND_INS]),
        by=by,
    )


def challenge(appeal: Appeal, member: UUID = OTHERS[0], by: UUID = APPELLANT) -> Decision[Appeal]:
    return hearers.challenge(appeal, member_id=member, reason="与答辩人是亲属", by=by)


def rule_on(appeal: Appeal, member: UUID = OTHERS[0], by: UUID = CHAIR, *, upheld: bool = True) -> Decision[Appeal]:
    return hearers.rule_on_challenge(appeal, member_id=member, upheld=upheld, reason="理由成立", by=by)


def withdraw(appeal: Appeal, by: UUID = APPELLANT) -> Decision[Appeal]:
    return appeal.withdraw(by=by, at=AT)


SUBMITTED = submit().state
ACCEPTED = accept(SUBMITTED).state
MEDIATION = mediate(ACCEPTED).state
FAILED = fail(MEDIATION).state
SCHEDULED = schedule(FAILED).state
HELD = hold(SCHEDULED).state
DECIDED = decide(HELD).state


def facts(error: pytest.ExceptionInfo[RuleBroken]) -> dict[str, Any]:
    return error.value.facts()
