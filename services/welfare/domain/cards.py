"""Service cards (工会服务卡): applied for in batches, issued, picked up, lost and replaced."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from services.welfare.errors.cards import CardBatchEmpty, CardNumberUnchanged, CardsAwaitAnswer
from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from services.welfare.errors.member_lists import MemberHasLeft
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.base import DomainEvent
from shared.contracts.members import Employment
from shared.contracts.welfare.cards import (
    CardBatchClosed,
    CardBatchOpened,
    CardBatchSubmitted,
    CardRefusal,
    ServiceCardApplied,
    ServiceCardCancelled,
    ServiceCardIssued,
    ServiceCardIssuedRestricted,
    ServiceCardLost,
    ServiceCardPickedUp,
    ServiceCardRefused,
    ServiceCardRefusedRestricted,
    ServiceCardReplaced,
    ServiceCardReplacedRestricted,
)
from shared.errors import OwnCase
from shared.sealing import Sensitive


class BatchState(StrEnum):
    GATHERING = "gathering"
    SUBMITTED = "submitted"
    CLOSED = "closed"


class BatchAction(StrEnum):
    ADD = "add"
    SUBMIT = "submit"
    TAKE_ANSWERS = "take_answers"
    DROP = "drop"
    CLOSE = "close"


BATCH_TRANSITIONS: Mapping[tuple[BatchState, BatchAction], BatchState] = {
    (BatchState.GATHERING, BatchAction.ADD): BatchState.GATHERING,
    (BatchState.GATHERING, BatchAction.DROP): BatchState.GATHERING,
    (BatchState.GATHERING, BatchAction.SUBMIT): BatchState.SUBMITTED,
    (BatchState.SUBMITTED, BatchAction.TAKE_ANSWERS): BatchState.SUBMITTED,
    (BatchState.SUBMITTED, BatchAction.DROP): BatchState.SUBMITTED,
    (BatchState.SUBMITTED, BatchAction.CLOSE): BatchState.CLOSED,
}


class CardBatch(Aggregate):
    """`unit_id` None is for the whole school. Of the applications `pending` have no answer of the issuer yet."""

    unit_id: UUID | None
    state: BatchState
    opened_by: UUID
    opened_at: datetime
    submitted_on: date | None = None
    pending: int = 0
    issued: int = 0
    refused: int = 0

    @classmethod
    def open(cls, batch_id: UUID, *, unit_id: UUID | None, by: UUID, at: datetime) -> "Decision[CardBatch]":
        batch = cls(id=batch_id, unit_id=unit_id, state=BatchState.GATHERING, opened_by=by, opened_at=at)
        return Decision(batch, (CardBatchOpened(batch_id=batch_id, unit_id=unit_id),))

    def add(self, applications: int) -> "Decision[CardBatch]":
        """Each application has an event of its own. Raises WrongState."""
        return Decision(self._after(BatchAction.ADD, pending=self.pending + applications), ())

    def drop(self) -> "Decision[CardBatch]":
        """An application is cancelled before it was answered. Raises WrongState."""
        return Decision(self._after(BatchAction.DROP, pending=self.pending - 1), ())

    def submit(self, *, today: date) -> "Decision[CardBatch]":
        """To the issuer. Raises WrongState, CardBatchEmpty."""
        submitted = self._after(BatchAction.SUBMIT, submitted_on=today)
        if self.pending == 0:
            raise CardBatchEmpty
        return Decision(submitted, (CardBatchSubmitted(batch_id=self.id, unit_id=self.unit_id, cards=self.pending),))

    def take_answers(self, *, issued: int, refused: int) -> "Decision[CardBatch]":
        """Each card has an event of its own. Raises WrongState."""
        taken = self._after(
            BatchAction.TAKE_ANSWERS,
            pending=self.pending - issued - refused,
            issued=self.issued + issued,
            refused=self.refused + refused,
        )
        return Decision(taken, ())

    def close(self) -> "Decision[CardBatch]":
        """Raises WrongState, CardsAwaitAnswer."""
        closed = self._after(BatchAction.CLOSE)
        if self.pending:
            raise CardsAwaitAnswer(pending=self.pending)
        return Decision(closed, (CardBatchClosed(batch_id=self.id, unit_id=self.unit_id),))

    def _after(self, action: BatchAction, **update: Any) -> "CardBatch":
        return self.model_copy(update={**update, "state": transition(BATCH_TRANSITIONS, self.state, action)})


class State(StrEnum):
    APPLIED = "applied"
    ISSUED = "issued"
    REFUSED = "refused"
    PICKED_UP = "picked_up"
    LOST = "lost"
    REPLACED = "replaced"
    """Another card was issued in place of a lost one, and waits to be picked up."""
    CANCELLED = "cancelled"


class Action(StrEnum):
    ISSUE = "issue"
    REFUSE = "refuse"
    PICK_UP = "pick_up"
    REPORT_LOST = "report_lost"
    REPLACE = "replace"
    CANCEL = "cancel"


LIVING = (State.APPLIED, State.ISSUED, State.PICKED_UP, State.LOST, State.REPLACED)
"""Of these a member has one."""
TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.APPLIED, Action.ISSUE): State.ISSUED,
    (State.APPLIED, Action.REFUSE): State.REFUSED,
    (State.ISSUED, Action.PICK_UP): State.PICKED_UP,
    (State.REPLACED, Action.PICK_UP): State.PICKED_UP,
    (State.ISSUED, Action.REPORT_LOST): State.LOST,
    (State.PICKED_UP, Action.REPORT_LOST): State.LOST,
    (State.REPLACED, Action.REPORT_LOST): State.LOST,
    (State.LOST, Action.REPLACE): State.REPLACED,
    **{(state, Action.CANCEL): State.CANCELLED for state in LIVING},
}


class Cancellation(StrEnum):
    LEFT_COLLEGE = "left_college"
    LEFT_UNION = "left_union"
    AT_OWN_WISH = "at_own_wish"
    ENTERED_BY_MISTAKE = "entered_by_mistake"


class ServiceCard(Aggregate):
    """`last_digits` are of the number of the card that there is now; `replacements` is how often another one came."""

    member_id: UUID
    unit_id: UUID
    batch_id: UUID
    state: State
    applied_on: date
    applied_by: UUID
    issued_on: date | None = None
    replaced_on: date | None = None
    last_digits: str | None = None
    refusal: CardRefusal | None = None
    picked_up_on: date | None = None
    lost_on: date | None = None
    replacements: int = 0
    cancellation: Cancellation | None = None
    card_number: Annotated[str | None, Sensitive(blind=True)] = None

    @classmethod
    def apply(
        cls,
        card_id: UUID,
        *,
        batch_id: UUID,
        member_id: UUID,
        unit_id: UUID,
        employment: Employment,
        by: UUID,
        today: date,
    ) -> "Decision[ServiceCard]":
        """Raises OwnCase, MemberHasLeft."""
        if by == member_id:
            raise OwnCase(field="member_id")
        if employment is Employment.LEFT:
            raise MemberHasLeft(field="member_id")
        card = cls(
            id=card_id,
            member_id=member_id,
            unit_id=unit_id,
            batch_id=batch_id,
            state=State.APPLIED,
            applied_on=today,
            applied_by=by,
        )
        return Decision(
            card, (ServiceCardApplied(card_id=card_id, batch_id=batch_id, member_id=member_id, unit_id=unit_id),)
        )

    def issue(self, *, card_number: str, on: date, by: UUID, today: date) -> "Decision[ServiceCard]":
        """Raises OwnCase, DayStillToCome, WrongState."""
        self._not_by_oneself(by)
        last = card_number[-4:]
        issued = self._after(Action.ISSUE, card_number=card_number, last_digits=last, issued_on=on)
        _require_past(on, today)
        restricted = ServiceCardIssuedRestricted(**self.named(), last_digits=last)
        return Decision(issued, (ServiceCardIssued(**self.named()), restricted))

    def refuse(self, *, refusal: CardRefusal, by: UUID) -> "Decision[ServiceCard]":
        """Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        refused = self._after(Action.REFUSE, refusal=refusal)
        restricted = ServiceCardRefusedRestricted(**self.named(), refusal=refusal)
        return Decision(refused, (ServiceCardRefused(**self.named()), restricted))

    def pick_up(self, *, on: date, by: UUID, today: date) -> "Decision[ServiceCard]":
        """Raises OwnCase, DayStillToCome, DayBeforeTheFirst, WrongState."""
        self._not_by_oneself(by)
        return self._later(Action.PICK_UP, ServiceCardPickedUp, on, today, picked_up_on=on)

    def report_lost(self, *, on: date, today: date) -> "Decision[ServiceCard]":
        """By an officer, or by the member. Raises DayStillToCome, DayBeforeTheFirst, WrongState."""
        return self._later(Action.REPORT_LOST, ServiceCardLost, on, today, lost_on=on)

    def replace(self, *, card_number: str, on: date, by: UUID, today: date) -> "Decision[ServiceCard]":
        """Raises OwnCase, CardNumberUnchanged, DayStillToCome, DayBeforeTheFirst, WrongState."""
        self._not_by_oneself(by)
        last = card_number[-4:]
        update = {"card_number": card_number, "last_digits": last, "replaced_on": on, "picked_up_on": None}
        replaced, (public,) = self._later(
            Action.REPLACE, ServiceCardReplaced, on, today, replacements=self.replacements + 1, **update
        )
        if card_number == self.card_number:
            raise CardNumberUnchanged
        return Decision(replaced, (public, ServiceCardReplacedRestricted(**self.named(), last_digits=last)))

    def cancel(self, *, because: Cancellation, by: UUID) -> "Decision[ServiceCard]":
        """Raises OwnCase, WrongState."""
        self._not_by_oneself(by)
        cancelled = self._after(Action.CANCEL, cancellation=because)
        return Decision(cancelled, (ServiceCardCancelled(**self.named()),))

    def named(self) -> dict[str, UUID]:
        return {"card_id": self.id, "member_id": self.member_id, "unit_id": self.unit_id}

    def _later(
        self, action: Action, event: type[DomainEvent], on: date, today: date, **update: Any
    ) -> "Decision[ServiceCard]":
        """What happens to a card that was issued."""
        card = self._after(action, **update)
        _require_past(on, today)
        since = self.replaced_on or self.issued_on
        if since is not None and on < since:
            raise DayBeforeTheFirst(field="on", first=since.isoformat())
        return Decision(card, (event(**self.named()),))

    def _after(self, action: Action, **update: Any) -> "ServiceCard":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def _not_by_oneself(self, by: UUID) -> None:
        if by == self.member_id:
            raise OwnCase(field="card_id")


def _require_past(on: date, today: date) -> None:
    if on > today:
        raise DayStillToCome(field="on", today=today.isoformat())
