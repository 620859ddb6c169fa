"""What the union office, the committee and the accounts do with an application for a hardship grant."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from services.welfare.domain.grants import Action, GrantApplication, State
from services.welfare.domain.grants_rules import GrantRule
from services.welfare.errors.grants import (
    CommitteeMetInTheFuture,
    GradeUnknown,
    MoreThanTheGradeAllows,
    NoticeOver,
)
from shared.aggregate import Decision
from shared.clock import begin_of, campus_day
from shared.contracts.welfare.grants import (
    HardshipApplicationDecided,
    HardshipApplicationEnded,
    HardshipApplicationGraded,
    HardshipGrantApproved,
    HardshipGrantPaid,
    HardshipGrantPaidRestricted,
    HardshipNoticePublished,
)
from shared.errors import NothingDue
from shared.working_days import Days, days_after


def grade(
    application: GrantApplication, *, grade: str, proposed_fen: int | None, by: UUID, household: Collection[UUID]
) -> Decision[GrantApplication]:
    """All that the grade allows where no amount is given. Raises GradeUnknown, MoreThanTheGradeAllows, OwnCase,
    OfOwnHousehold, WrongState.
    """
    application.require_not_party(by, household)
    graded = application.after(Action.GRADE, grade=grade, graded_by=by)
    allowed = _allowed(application, grade)
    amount = allowed if proposed_fen is None else proposed_fen
    _require_amount(amount, allowed)
    return Decision(
        graded.model_copy(update={"proposed_fen": amount}), (HardshipApplicationGraded(**application.named()),)
    )


def grant(
    application: GrantApplication,
    *,
    amount_fen: int,
    met_on: date,
    document: str,
    spending_id: UUID,
    policy_id: UUID,
    by: UUID,
    household: Collection[UUID],
    today: date,
) -> Decision[GrantApplication]:
    """The committee grants it, the money is reserved, and it goes on notice.

    Raises MoreThanTheGradeAllows, CommitteeMetInTheFuture, OwnCase, OfOwnHousehold, WrongState.
    """
    application.require_not_party(by, household)
    granted = application.after(
        Action.GRANT,
        decided_by=by,
        committee_met_on=met_on,
        committee_document=document,
        approved_fen=amount_fen,
        spending_id=spending_id,
        policy_id=policy_id,
    )
    _require_met(met_on, today)
    _require_amount(amount_fen, _allowed(application, application.grade or ""))
    until = days_after(today, _rule(application).notice_days, Days.WORKING)
    return Decision(
        granted.model_copy(update={"notice_until": until}),
        (
            HardshipApplicationDecided(**application.named(), granted=True),
            HardshipNoticePublished(application_id=application.id, unit_id=application.unit_id, until_on=until),
        ),
    )


def refuse(
    application: GrantApplication,
    *,
    met_on: date,
    document: str,
    text: str,
    by: UUID,
    household: Collection[UUID],
    at: datetime,
) -> Decision[GrantApplication]:
    """Raises CommitteeMetInTheFuture, OwnCase, OfOwnHousehold, WrongState."""
    application.require_not_party(by, household)
    refused = application.after(
        Action.REFUSE,
        decided_by=by,
        committee_met_on=met_on,
        committee_document=document,
        decision_text=text,
        claim_ids=(),
        closed_at=at,
    )
    _require_met(met_on, campus_day(at))
    return Decision(refused, (HardshipApplicationDecided(**application.named(), granted=False),))


def object_to(application: GrantApplication, objection_id: UUID, *, today: date) -> Decision[GrantApplication]:
    """Raises NoticeOver, WrongState."""
    disputed = application.after(Action.OBJECT, objection_ids=(*application.objection_ids, objection_id))
    if application.notice_until is not None and today > application.notice_until:
        raise NoticeOver(notice_until=application.notice_until.isoformat())
    return Decision(disputed, ())


def rule_on(
    application: GrantApplication, objection_id: UUID, *, upheld: bool, text: str, at: datetime
) -> Decision[GrantApplication]:
    """Upheld, the grant is off. Raises WrongState."""
    left = tuple(each for each in application.objection_ids if each != objection_id)
    if not upheld:
        return Decision(application.after(Action.DISMISS_OBJECTION, objection_ids=left), ())
    return _off(application, Action.UPHOLD_OBJECTION, text, at)


def cancel(
    application: GrantApplication, *, text: str, by: UUID, household: Collection[UUID], at: datetime
) -> Decision[GrantApplication]:
    """By the union, where what it rests on has turned out to be wrong. Raises OwnCase, OfOwnHousehold, WrongState."""
    application.require_not_party(by, household)
    return _off(application, Action.CANCEL, text, at)


def notice_ends_at(application: GrantApplication) -> datetime | None:
    """None while an objection waits: it ends when that is dismissed."""
    waits = application.state is State.ON_NOTICE and not application.objection_ids
    return begin_of(application.notice_until + timedelta(days=1)) if waits and application.notice_until else None


def end_notice(application: GrantApplication, *, at: datetime) -> Decision[GrantApplication]:
    """Raises NothingDue."""
    ends_at = notice_ends_at(application)
    if ends_at is None or at < ends_at:
        raise NothingDue
    return Decision(application.after(Action.END_NOTICE), (HardshipGrantApproved(**application.named()),))


def pay(
    application: GrantApplication, *, by: UUID, household: Collection[UUID], at: datetime
) -> Decision[GrantApplication]:
    """Raises OwnCase, OfOwnHousehold, WrongState."""
    application.require_not_party(by, household)
    paid = application.after(Action.PAY, paid_by=by, paid_on=campus_day(at), closed_at=at)
    public = HardshipGrantPaid(application_id=application.id, unit_id=application.unit_id)
    restricted = HardshipGrantPaidRestricted(**application.named(), amount_fen=application.approved_fen or 0)
    return Decision(paid, (public, restricted))


def _off(application: GrantApplication, action: Action, text: str, at: datetime) -> Decision[GrantApplication]:
    ended = application.after(action, decision_text=text, objection_ids=(), claim_ids=(), closed_at=at)
    return Decision(ended, (HardshipApplicationEnded(**application.named(), outcome="cancelled"),))


def _rule(application: GrantApplication) -> GrantRule:
    if application.rule is None:
        raise LookupError("what was handed in has the rule of that day")
    return application.rule


def _allowed(application: GrantApplication, grade: str) -> int:
    """What the grade gives, less what mutual aid has paid. Raises GradeUnknown."""
    rule = _rule(application)
    allowed = rule.allowed_fen(grade)
    if allowed is None:
        raise GradeUnknown(grades=[each.grade for each in rule.grades])
    return allowed - (application.covered_by_mutual_aid_fen or 0 if rule.aid_excluded else 0)


def _require_amount(amount: int, allowed: int) -> None:
    if not 0 < amount <= allowed:
        raise MoreThanTheGradeAllows


def _require_met(met_on: date, today: date) -> None:
    if met_on > today:
        raise CommitteeMetInTheFuture(today=today.isoformat())
