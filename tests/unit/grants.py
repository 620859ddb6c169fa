"""Hardship grants for tests of the domain: somebody asks, others decide."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.welfare.domain import grants_decisions
from services.welfare.domain.grants import Evidence, GrantApplication, ReviewReason
from services.welfare.domain.grants_rounds import GrantRound
from services.welfare.domain.grants_rules import GradeAmount, GrantRule
from shared.aggregate import Decision
from shared.contracts.welfare.grants import HardshipKind
from shared.ids import new_id

TODAY = date(2022, 6, 1)
AT = datetime(2022, 6, 1, 4, tzinfo=UTC)
NOTICE_UNTIL = date(2022, 6, 9)
"""Five working days after the first of June, as the third is the dragon boat festival."""
AFTER_NOTICE = datetime(2022, 6, 9, 16, tzinfo=UTC)

SCHOOL, UNIT = new_id(), new_id()
APPLICANT, SPOUSE, BRANCH, OFFICER, PAYER, OBJECTOR = (new_id() for _ in range(6))
HOUSEHOLD = frozenset({SPOUSE})
SPENDING, POLICY, OBJECTION, CLAIM = (new_id() for _ in range(4))
FILE = Evidence(file_id=new_id(), media_type="application/pdf", size=12, added_at=AT)

RULE = GrantRule(
    id=new_id(),
    effective_from=date(2022, 1, 1),
    source="校工发〔2022〕3号",
    grades=(GradeAmount(grade="A", amount_fen=500_000), GradeAmount(grade="B", amount_fen=300_000)),
    notice_days=5,
    once_a_year=True,
    couple_once=True,
    aid_excluded=True,
    evidence_at_least=1,
    evidence_at_most=2,
    evidence_bytes=1_000,
)


def open_round(**change: Any) -> GrantRound:
    given = {
        "unit_id": SCHOOL,
        "title": "2022年困难补助",
        "kinds": [HardshipKind.SERIOUS_ILLNESS],
        "opens_on": TODAY,
        "closes_on": None,
        "by": OFFICER,
        "today": TODAY,
        **change,
    }
    return GrantRound.open(new_id(), **given).state


ROUND = open_round()


def draft(**change: Any) -> Decision[GrantApplication]:
    given = {
        "round_id": ROUND.id,
        "member_id": APPLICANT,
        "unit_id": UNIT,
        "kind": HardshipKind.SERIOUS_ILLNESS,
        "household_members": ["本人，在职", "配偶，患病"],
        "yearly_income_fen": 6_000_000,
        "yearly_expenses_fen": 9_000_000,
        "circumstances": "家人患病，支出较大",
        "asked_fen": 400_000,
        "covered_by_mutual_aid_fen": 100_000,
        "by": APPLICANT,
        "today": TODAY,
        **change,
    }
    return GrantApplication.draft(new_id(), **given)


def submit(application: GrantApplication, rule: GrantRule = RULE) -> Decision[GrantApplication]:
    return application.submit(ROUND, rule=rule, claim_ids=[CLAIM], today=TODAY)


def support(application: GrantApplication, by: UUID = BRANCH, on: date = TODAY) -> Decision[GrantApplication]:
    return application.support(published_on=on, text="情况属实", by=by, household=HOUSEHOLD, today=TODAY)


def send_back(application: GrantApplication, by: UUID = BRANCH) -> Decision[GrantApplication]:
    reason = ReviewReason.EVIDENCE_INCOMPLETE
    return application.send_back(reason=reason, text="请补充材料", by=by, household=HOUSEHOLD)


def decline(application: GrantApplication, by: UUID = BRANCH) -> Decision[GrantApplication]:
    reason = ReviewReason.INCOME_ABOVE_THE_LINE
    return application.decline(reason=reason, text="收入高于标准", by=by, household=HOUSEHOLD, at=AT)


def grade(
    application: GrantApplication, proposed_fen: int | None = None, by: UUID = OFFICER, grade: str = "A"
) -> Decision[GrantApplication]:
    return grants_decisions.grade(application, grade=grade, proposed_fen=proposed_fen, by=by, household=HOUSEHOLD)


def grant(
    application: GrantApplication, amount_fen: int = 400_000, by: UUID = OFFICER, met_on: date = TODAY
) -> Decision[GrantApplication]:
    return grants_decisions.grant(
        application,
        amount_fen=amount_fen,
        met_on=met_on,
        document="工会委员会纪要〔2022〕4号",
        spending_id=SPENDING,
        policy_id=POLICY,
        by=by,
        household=HOUSEHOLD,
        today=TODAY,
    )


def refuse(application: GrantApplication, by: UUID = OFFICER, met_on: date = TODAY) -> Decision[GrantApplication]:
    return grants_decisions.refuse(
        application, met_on=met_on, document="纪要", text="不符合条件", by=by, household=HOUSEHOLD, at=AT
    )


def object_to(application: GrantApplication, today: date = TODAY) -> Decision[GrantApplication]:
    return grants_decisions.object_to(application, OBJECTION, today=today)


def rule_on(application: GrantApplication, upheld: bool) -> Decision[GrantApplication]:
    return grants_decisions.rule_on(application, OBJECTION, upheld=upheld, text="理由成立", at=AT)


def cancel(application: GrantApplication, by: UUID = OFFICER) -> Decision[GrantApplication]:
    return grants_decisions.cancel(application, text="情况不实", by=by, household=HOUSEHOLD, at=AT)


def end_notice(application: GrantApplication, at: datetime = AFTER_NOTICE) -> Decision[GrantApplication]:
    return grants_decisions.end_notice(application, at=at)


def pay(application: GrantApplication, by: UUID = PAYER) -> Decision[GrantApplication]:
    return grants_decisions.pay(application, by=by, household=HOUSEHOLD, at=AT)


EMPTY = draft().state
DRAFT = EMPTY.attach(FILE, RULE).state
SUBMITTED = submit(DRAFT).state
SUPPORTED = support(SUBMITTED).state
GRADED = grade(SUPPORTED).state
ON_NOTICE = grant(GRADED).state
DISPUTED = object_to(ON_NOTICE).state
APPROVED = end_notice(ON_NOTICE).state
PAID = pay(APPROVED).state
