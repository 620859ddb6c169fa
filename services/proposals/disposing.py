"""What becomes of a form, together with the case that it becomes or leaves: all of it or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.proposals.domain import dispositions
from services.proposals.domain.cases import Authors, Case
from services.proposals.domain.proposals import Proposal
from services.proposals.errors.proposals import DisposedMeanwhile, MergerIntoItself, NotMergedIntoThat
from services.proposals.forwarding import came_back, waiting_for
from services.proposals.store import ProposalsStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.proposals.cases import CaseKind
from shared.contracts.proposals.forms import Disposition, NotFiledReason
from shared.ids import new_id
from shared.store import Piece, Respond, change_together

Where = Mapping[str, Any]

_BECOMES: Mapping[Disposition, CaseKind] = {
    Disposition.FILED: CaseKind.FILED,
    Disposition.OPINION: CaseKind.OPINION,
}


class Ruling(NamedTuple):
    disposition: Disposition
    reason: NotFiledReason | None
    note: str | None
    as_presidium: bool = False


async def dispose_of(
    stores: ProposalsStores, proposal_id: UUID, ruling: Ruling, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """A unit whose case waits for it, or for a form that was merged into it, has its case back where it is turned down.

    Raises what `dispositions.dispose` does, DisposedMeanwhile, NothingHere.
    """
    seen = (await stores.proposals.get(proposal_id, where)).state
    today, closes_at = campus_day(order.at), await _end_of_call(stores, seen)
    rule = await stores.proposal_rules.on(today)
    kind = _BECOMES.get(ruling.disposition)
    case_id = new_id() if kind else None
    waiting = await waiting_for(stores, _with_absorbed(seen)) if kind is None else []

    def decide(proposal: Proposal, _: None, *waiting: Case) -> Sequence[Decision[Any] | None]:
        disposed = dispositions.dispose(
            proposal,
            ruling.disposition,
            by=order.actor,
            rule=rule,
            note=ruling.note,
            reason=ruling.reason,
            case_id=case_id,
            at=order.at,
            as_presidium=ruling.as_presidium,
            closes_at=closes_at,
        )
        if kind is None and _with_absorbed(proposal) != _with_absorbed(seen):
            # A form was merged into it, or has left: others wait for it now.
            raise DisposedMeanwhile
        opened = None
        if kind is not None and case_id is not None:
            absorbed = [Authors(proposal_id=each.proposal_id, person_ids=each.person_ids) for each in proposal.absorbed]
            opened = Case.open(case_id, proposal, kind=kind, absorbed=absorbed, at=order.at, on=today)
        return [disposed, opened, *came_back(waiting)]

    pieces: list[Piece[Any]] = [Piece(stores.proposals, proposal_id, where), Piece(stores.cases), *waiting]
    return await change_together(pieces, decide, order, respond)


async def merge_into(
    stores: ProposalsStores,
    proposal_id: UUID,
    into_id: UUID,
    note: str | None,
    order: Command,
    respond: Respond[Any],
    where: Where,
) -> Answer:
    """Raises what `dispositions.merge` and `absorb` do, and NothingHere."""
    if proposal_id == into_id:
        raise MergerIntoItself
    target = (await stores.proposals.get(into_id, where)).state
    closes_at = await _end_of_call(stores, (await stores.proposals.get(proposal_id, where)).state)

    def decide(proposal: Proposal, into: Proposal, case: Case | None = None) -> Sequence[Decision[Any]]:
        _require_same_case(into, target)
        merged = dispositions.merge(proposal, into, by=order.actor, note=note, at=order.at, closes_at=closes_at)
        absorbed = dispositions.absorb(into, merged.state)
        joined = [case.join(Authors(proposal_id=proposal.id, person_ids=proposal.people))] if case else []
        return [merged, absorbed, *joined]

    pieces: list[Piece[Any]] = [
        Piece(stores.proposals, proposal_id, where),
        Piece(stores.proposals, into_id, where),
        *_case_of(stores, target),
    ]
    return await change_together(pieces, decide, order, respond)


async def take_back_merger(
    stores: ProposalsStores, proposal_id: UUID, note: str, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """Raises what `dispositions.unmerge` and `release` do, and NothingHere."""
    seen = (await stores.proposals.get(proposal_id, where)).state
    if seen.merged_into is None:
        return await stores.proposals.change(
            proposal_id,
            lambda proposal: dispositions.unmerge(proposal, by=order.actor, note=note),
            order,
            respond,
            where,
        )
    target = (await stores.proposals.get(seen.merged_into)).state

    def decide(proposal: Proposal, into: Proposal, case: Case | None = None) -> Sequence[Decision[Any]]:
        _require_same_case(into, target)
        if proposal.merged_into not in (into.id, None):
            raise NotMergedIntoThat
        unmerged = dispositions.unmerge(proposal, by=order.actor, note=note)
        released = dispositions.release(into, proposal.id)
        parted = [case.part(proposal.id)] if case else []
        return [unmerged, released, *parted]

    pieces: list[Piece[Any]] = [
        Piece(stores.proposals, proposal_id, where),
        Piece(stores.proposals, target.id),
        *_case_of(stores, target),
    ]
    return await change_together(pieces, decide, order, respond)


async def revoke(
    stores: ProposalsStores, proposal_id: UUID, note: str, order: Command, respond: Respond[Any], where: Where
) -> Answer:
    """Raises what `dispositions.revoke` does, NothingHere, and WrongState where the case is handled already."""
    seen = (await stores.proposals.get(proposal_id, where)).state

    def decide(proposal: Proposal, case: Case | None = None) -> Sequence[Decision[Any]]:
        _require_same_case(proposal, seen)
        revoked = dispositions.revoke(proposal, by=order.actor, note=note)
        return [revoked, *([case.cancel()] if case else [])]

    pieces: list[Piece[Any]] = [Piece(stores.proposals, proposal_id, where), *_case_of(stores, seen)]
    return await change_together(pieces, decide, order, respond)


async def _end_of_call(stores: ProposalsStores, form: Proposal) -> datetime | None:
    """Of a form that came late: the call may have been extended since."""
    return (await stores.calls.get(form.call_id)).state.closes_at if form.late else None


def _with_absorbed(form: Proposal) -> list[UUID]:
    return [form.id, *(each.proposal_id for each in form.absorbed)]


def _case_of(stores: ProposalsStores, proposal: Proposal) -> list[Piece[Any]]:
    return [Piece(stores.cases, proposal.case_id)] if proposal.case_id is not None else []


def _require_same_case(now: Proposal, seen: Proposal) -> None:
    """Which case has to change with it was read before: if that has moved on, so has what was decided from it."""
    if now.case_id != seen.case_id:
        raise DisposedMeanwhile
