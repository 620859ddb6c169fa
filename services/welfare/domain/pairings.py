"""Pairings (结对帮扶): a member supports a student, with talks and help written down until it ends."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from services.welfare.errors.days import DayBeforeTheFirst, DayStillToCome
from services.welfare.errors.member_lists import MemberHasLeft
from services.welfare.errors.pairings import AmountWithoutGift
from shared.aggregate import Aggregate, Decision, transition
from shared.contracts.members import Employment
from shared.contracts.welfare.pairings import (
    Help,
    PairingBegun,
    PairingBegunRestricted,
    PairingEnd,
    PairingEnded,
    PairingEndedRestricted,
    PairingHelpLogged,
    PairingHelpLoggedRestricted,
    PairingPaused,
    PairingResumed,
)
from shared.sealing import Sensitive


class State(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Action(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    LOG_HELP = "log_help"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.ACTIVE, Action.PAUSE): State.PAUSED,
    (State.PAUSED, Action.RESUME): State.ACTIVE,
    (State.ACTIVE, Action.END): State.ENDED,
    (State.PAUSED, Action.END): State.ENDED,
    (State.ACTIVE, Action.LOG_HELP): State.ACTIVE,
}


class Pairing(Aggregate):
    """The student is no member and has no key: who it is, is sealed under the mentor's."""

    mentor_id: UUID
    unit_id: UUID
    programme: str
    state: State
    begun_on: date
    begun_by: UUID
    logs: int = 0
    ended_on: date | None = None
    because: PairingEnd | None = None
    student_number: Annotated[str | None, Sensitive(blind=True)] = None
    student_name: Annotated[str | None, Sensitive()] = None
    purpose: Annotated[str | None, Sensitive()] = None

    @classmethod
    def begin(
        cls,
        pairing_id: UUID,
        *,
        mentor_id: UUID,
        unit_id: UUID,
        employment: Employment,
        programme: str,
        student_number: str,
        student_name: str,
        purpose: str,
        begun_on: date,
        by: UUID,
        today: date,
    ) -> "Decision[Pairing]":
        """Raises MemberHasLeft, DayStillToCome."""
        if employment is Employment.LEFT:
            raise MemberHasLeft(field="mentor_id")
        if begun_on > today:
            raise DayStillToCome(field="begun_on", today=today.isoformat())
        pairing = cls(
            id=pairing_id,
            mentor_id=mentor_id,
            unit_id=unit_id,
            programme=programme,
            state=State.ACTIVE,
            begun_on=begun_on,
            begun_by=by,
            student_number=student_number,
            student_name=student_name,
            purpose=purpose,
        )
        restricted = PairingBegunRestricted(**pairing.named(), programme=programme, begun_on=begun_on)
        return Decision(pairing, (PairingBegun(**pairing.named()), restricted))

    def pause(self) -> "Decision[Pairing]":
        """Raises WrongState."""
        return Decision(self._after(Action.PAUSE), (PairingPaused(**self.named()),))

    def resume(self) -> "Decision[Pairing]":
        """Raises WrongState."""
        return Decision(self._after(Action.RESUME), (PairingResumed(**self.named()),))

    def end(self, *, on: date, because: PairingEnd, today: date) -> "Decision[Pairing]":
        """Raises DayStillToCome, DayBeforeTheFirst, WrongState."""
        ended = self._after(Action.END, ended_on=on, because=because)
        self._require_day(on, today, field="on")
        restricted = PairingEndedRestricted(**self.named(), ended_on=on, because=because)
        return Decision(ended, (PairingEnded(**self.named()), restricted))

    def log_help(self, happened_on: date, *, today: date) -> "Decision[Pairing]":
        """The log has the event. Raises DayStillToCome, DayBeforeTheFirst, WrongState."""
        logged = self._after(Action.LOG_HELP, logs=self.logs + 1)
        self._require_day(happened_on, today, field="happened_on")
        return Decision(logged, ())

    def named(self) -> dict[str, UUID]:
        return {"pairing_id": self.id, "mentor_id": self.mentor_id, "unit_id": self.unit_id}

    def _after(self, action: Action, **update: Any) -> "Pairing":
        return self.model_copy(update={**update, "state": transition(TRANSITIONS, self.state, action)})

    def _require_day(self, day: date, today: date, *, field: str) -> None:
        if day > today:
            raise DayStillToCome(field=field, today=today.isoformat())
        if day < self.begun_on:
            raise DayBeforeTheFirst(field=field, first=self.begun_on.isoformat())


class PairingLog(Aggregate):
    pairing_id: UUID
    mentor_id: UUID
    unit_id: UUID
    kind: Help
    happened_on: date
    logged_by: UUID
    text: Annotated[str | None, Sensitive()] = None
    amount_fen: Annotated[int | None, Sensitive()] = None

    @classmethod
    def write(
        cls,
        log_id: UUID,
        *,
        pairing: Pairing,
        kind: Help,
        happened_on: date,
        text: str,
        amount_fen: int | None,
        by: UUID,
    ) -> "Decision[PairingLog]":
        """`amount_fen` is what a gift was worth, where that is known. Raises AmountWithoutGift."""
        if amount_fen is not None and kind is not Help.GIFT:
            raise AmountWithoutGift(given=kind.value)
        log = cls(
            id=log_id,
            pairing_id=pairing.id,
            mentor_id=pairing.mentor_id,
            unit_id=pairing.unit_id,
            kind=kind,
            happened_on=happened_on,
            logged_by=by,
            text=text,
            amount_fen=amount_fen,
        )
        public = PairingHelpLogged(log_id=log_id, **pairing.named())
        restricted = PairingHelpLoggedRestricted(
            log_id=log_id, **pairing.named(), happened_on=happened_on, kind=kind, amount_fen=amount_fen
        )
        return Decision(log, (public, restricted))
