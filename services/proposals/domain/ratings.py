"""How the authors rate an answer, and what follows: one more round, a commitment that is tracked, the end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.proposals.domain import duties
from services.proposals.domain.cases import Action, Case, Rating, co_until
from services.proposals.errors.cases import NotAnAuthor, RatedAlready
from shared.aggregate import Decision
from shared.contracts.base import DomainEvent
from shared.contracts.proposals import cases as events
from shared.contracts.proposals.cases import AnswerType, RatingValue
from shared.working_days import days_after


def rate(case: Case, value: RatingValue, *, by: UUID, comment: str | None, at: datetime, today: date) -> Decision[Case]:
    """Each author once a round; with the last one the outcome is settled.

    Raises NotAnAuthor, RatedAlready, WrongState.
    """
    rating = Rating(member_id=by, value=value, comment=comment, round=case.round)
    rated = case.after(Action.RATE, ratings=(*case.ratings, rating))
    if by not in case.author_ids:
        raise NotAnAuthor
    if any(each.member_id == by for each in of_this_round(case)):
        raise RatedAlready(round=case.round)
    event = events.CaseRated(**case.ids(), rating=value, round=case.round)
    if {each.member_id for each in of_this_round(rated)} >= set(case.author_ids):
        settled, outcome = settle(rated, at=at, today=today)
        return Decision(settled, (event, *outcome))
    return Decision(rated, (event,))


def settle(case: Case, *, at: datetime, today: date) -> tuple[Case, tuple[DomainEvent, ...]]:
    """When everybody has rated, or the time for it is over. Raises WrongState.

    What the school answered is closed: no department of the unit could handle it again, and the school tracks its plan.
    """
    dissatisfied = any(each.value is RatingValue.DISSATISFIED for each in of_this_round(case))
    rounds = case.handled_again + 1
    if dissatisfied and case.rule is not None and case.lead_unit_id is not None and rounds < case.rule.rounds:
        again = handled_again(case, Action.HANDLE_AGAIN, today, handled_again=rounds)
        told = events.CaseHandledAgain(**_handling(again), round=again.round)
        return again, (told,)
    last = case.last_answer
    # What the school has answered to a unit, the school tracks: here no department would handle it again.
    planned = last is not None and last.type is AnswerType.PLANNED and case.lead_unit_id is not None
    committed_on = last.plan_on if last is not None and planned else None
    ended = case.after(
        Action.COMMIT if committed_on else Action.CLOSE,
        closed_at=at,
        duties=duties.of_plan(committed_on) if committed_on else (),
    )
    event = events.CaseClosed(
        **case.ids(),
        author_ids=case.author_ids,
        dissatisfied=dissatisfied,
        leader_id=case.leader_id,
        watcher_id=case.watcher_id,
        committed_on=committed_on,
    )
    return ended, (event,)


def fulfil(case: Case, *, text: str, at: datetime) -> Decision[Case]:
    """The plan was carried out, as the committee has seen. Raises WrongState."""
    fulfilled = case.after(Action.FULFIL, fulfilment=text, closed_at=at, duties=())
    return Decision(fulfilled, (events.CommitmentMet(**case.ids(), author_ids=case.author_ids),))


def lapse(case: Case, *, today: date) -> tuple[Case, tuple[DomainEvent, ...]]:
    """The date of the plan has passed unmet: it is handled again. Raises WrongState."""
    again = handled_again(case, Action.LAPSE, today)
    return again, (events.CaseReopened(**_handling(again)),)


def handled_again(case: Case, action: Action, today: date, **changes: Any) -> Case:
    """By the same departments, with a new due date by the rule that it has been handled by."""
    assert case.rule is not None  # noqa: S101  what was answered was assigned, by a rule
    co_departments = tuple(
        each.model_copy(update={"opinion": None, "given_by": None, "given_at": None, "timed_out": False})
        for each in case.co_departments
    )
    due_on = days_after(today, case.rule.answer_within, case.rule.days)
    again = case.with_opinions_kept().after(
        action,
        round=case.round + 1,
        due_on=due_on,
        co_departments=co_departments,
        co_until=co_until(case.rule, today=today, due_on=due_on) if co_departments else None,
        closed_at=None,
        **changes,
    )
    return again.scheduled(today)


def of_this_round(case: Case) -> list[Rating]:
    return [each for each in case.ratings if each.round == case.round]


def _handling(case: Case) -> dict[str, object]:
    return {
        **case.handlers(),
        "leader_id": case.leader_id,
        "watcher_id": case.watcher_id,
        "due_on": case.due_on,
        "author_ids": case.author_ids,
    }
