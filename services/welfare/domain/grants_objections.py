"""Objections (异议) to a grant while it is on notice: confidential, under the key of who objects."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from services.welfare.domain.grants import GrantApplication
from services.welfare.errors.grants import ObjectionRuledAlready, OfOwnHousehold
from shared.aggregate import Aggregate, Decision
from shared.contracts.welfare.grants import HardshipObjectionFiled, HardshipObjectionRuled
from shared.errors import OwnCase
from shared.sealing import Sensitive


class ObjectionState(StrEnum):
    WAITING = "waiting"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class GrantObjection(Aggregate):
    """The applicant learns neither of it nor by whom it is, but that the grant is off where it was upheld."""

    application_id: UUID
    applicant_id: UUID
    objector_id: UUID
    state: ObjectionState
    filed_at: datetime
    ruled_by: UUID | None = None
    ruled_at: datetime | None = None
    text: Annotated[str | None, Sensitive()] = None
    ruling_text: Annotated[str | None, Sensitive()] = None

    @classmethod
    def file(
        cls, objection_id: UUID, application: GrantApplication, *, text: str, by: UUID, at: datetime
    ) -> "Decision[GrantObjection]":
        """Raises OwnCase."""
        if by == application.member_id:
            raise OwnCase(field="member_id")
        made = cls(
            id=objection_id,
            application_id=application.id,
            applicant_id=application.member_id,
            objector_id=by,
            state=ObjectionState.WAITING,
            filed_at=at,
            text=text,
        )
        event = HardshipObjectionFiled(
            objection_id=objection_id, application_id=application.id, objector_id=by, member_id=application.member_id
        )
        return Decision(made, (event,))

    def rule(
        self, *, upheld: bool, text: str, by: UUID, household: Collection[UUID], at: datetime
    ) -> "Decision[GrantObjection]":
        """`household` is of who rules: neither they nor whom they are married to is a party.

        Raises OwnCase, OfOwnHousehold, ObjectionRuledAlready.
        """
        if by in (self.objector_id, self.applicant_id):
            raise OwnCase(field="objector_id" if by == self.objector_id else "member_id")
        if self.objector_id in household or self.applicant_id in household:
            raise OfOwnHousehold
        if self.state is not ObjectionState.WAITING:
            raise ObjectionRuledAlready
        state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
        ruled = self.model_copy(update={"state": state, "ruling_text": text, "ruled_by": by, "ruled_at": at})
        event = HardshipObjectionRuled(
            objection_id=self.id, application_id=self.application_id, objector_id=self.objector_id, upheld=upheld
        )
        return Decision(ruled, (event,))
