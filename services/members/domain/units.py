"""Units (部门/学院): a tree with the school at its root."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.errors import (
    ParentMismatch,
    SchoolStays,
    UnitBelowItself,
    UnitClosedAlready,
    UnitInUse,
)
from shared.aggregate import Aggregate, Decision
from shared.contracts.members import (
    UnitBranchUnionChanged,
    UnitClosed,
    UnitEstablished,
    UnitKind,
    UnitMoved,
    UnitRenamed,
)


class Move(BaseModel):
    """Below which unit it came to lie."""

    model_config = ConfigDict(frozen=True)

    parent_id: UUID
    on: date
    reason: str


class Unit(Aggregate):
    """`moves` are oldest first.

    `moved_as` numbers the moves of the whole tree, so that of two at the same moment one has to look again.
    """

    parent_id: UUID | None
    kind: UnitKind
    name: str
    name_en: str
    branch_union: bool
    closed_on: date | None = None
    close_reason: str | None = None
    moves: tuple[Move, ...] = ()
    moved_as: int | None = None

    @classmethod
    def establish(
        cls,
        unit_id: UUID,
        *,
        parent_id: UUID | None,
        kind: UnitKind,
        name: str,
        name_en: str,
        branch_union: bool,
    ) -> "Decision[Unit]":
        """Raises ParentMismatch."""
        if (kind is UnitKind.SCHOOL) != (parent_id is None):
            raise ParentMismatch(unit_kind=kind)
        unit = cls(id=unit_id, parent_id=parent_id, kind=kind, name=name, name_en=name_en, branch_union=branch_union)
        event = UnitEstablished(
            unit_id=unit_id,
            parent_id=parent_id,
            kind=kind,
            name=name,
            name_en=name_en,
            branch_union=branch_union,
        )
        return Decision(unit, (event,))

    def rename(self, *, name: str, name_en: str) -> "Decision[Unit]":
        self._require_open()
        unit = self.model_copy(update={"name": name, "name_en": name_en})
        return Decision(unit, (UnitRenamed(unit_id=self.id, name=name, name_en=name_en),))

    def move(
        self, *, parent_id: UUID, above_parent: Sequence[UUID], moved_as: int, on: date, reason: str
    ) -> "Decision[Unit]":
        """`above_parent` is the way from the new parent to the root. Raises SchoolStays, UnitBelowItself."""
        self._require_open()
        if self.kind is UnitKind.SCHOOL:
            raise SchoolStays
        if self.id in (parent_id, *above_parent):
            raise UnitBelowItself
        moves = (*self.moves, Move(parent_id=parent_id, on=on, reason=reason))
        unit = self.model_copy(update={"parent_id": parent_id, "moved_as": moved_as, "moves": moves})
        return Decision(unit, (UnitMoved(unit_id=self.id, parent_id=parent_id),))

    def change_branch_union(self, *, branch_union: bool) -> "Decision[Unit]":
        self._require_open()
        unit = self.model_copy(update={"branch_union": branch_union})
        return Decision(unit, (UnitBranchUnionChanged(unit_id=self.id, branch_union=branch_union),))

    def close(self, *, on: date, reason: str, members_in_post: int, open_units_below: int) -> "Decision[Unit]":
        """Raises SchoolStays, UnitInUse, UnitClosedAlready."""
        self._require_open()
        if self.kind is UnitKind.SCHOOL:
            raise SchoolStays
        if members_in_post or open_units_below:
            raise UnitInUse(members_in_post=members_in_post, open_units_below=open_units_below)
        unit = self.model_copy(update={"closed_on": on, "close_reason": reason})
        return Decision(unit, (UnitClosed(unit_id=self.id, closed_on=on),))

    def _require_open(self) -> None:
        if self.closed_on is not None:
            raise UnitClosedAlready(closed_on=self.closed_on.isoformat())
