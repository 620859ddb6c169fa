"""What the school makes of a case that a unit has forwarded to it, told to the unit's case in the same transaction.

A unit's case in the state forwarded waits for the form as which it was forwarded (`forwarded_as`): until an answer of
the school's case goes out (`send_answer`), or until the school does not take the form up. Whoever turns the school's
form down adds what waits for it, and for the forms that were merged into it, to the change, after its own pieces:

    waiting = await waiting_for(stores, [proposal_id, *absorbed_ids])
    pieces = [Piece(stores.proposals, proposal_id, where), *waiting]

    def decide(proposal: Proposal, *waiting: Case) -> Sequence[Decision[Any]]:
        return [dispose(proposal, ...), *came_back(waiting)]

A unit waits once: a case that came back, or has its answer, is not found again, whatever the school does with the form
later. Where the form was merged into another one, the unit waits for the case of that one: a case names all its forms.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from services.proposals.domain.cases import Case
from services.proposals.domain.handling import receive
from services.proposals.errors.proposals import DisposedMeanwhile
from services.proposals.store import ProposalsStores
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.store import Piece, Respond, change_together


async def waiting_for(stores: ProposalsStores, proposal_ids: Iterable[UUID]) -> list[Piece[Case]]:
    """The cases of units that wait for one of these forms of the school, as pieces of a change."""
    return [Piece(stores.cases, case_id) for case_id in await stores.cases.forwarded_as(proposal_ids)]


def came_back(waiting: Iterable[Case]) -> list[Decision[Case]]:
    """The school does not take it up: the units handle it themselves. Raises WrongState."""
    return [case.come_back() for case in waiting]


async def send_answer(
    stores: ProposalsStores,
    case_id: UUID,
    decide: Callable[[Case], Decision[Case]],
    command: Command,
    respond: Respond[Case],
    where: Mapping[str, Any],
) -> Answer:
    """A change of a case by which an answer may go out: to its authors, and to the cases of units that wait for it.

    Raises what `decide` raises, NothingHere, DisposedMeanwhile.
    """
    seen = (await stores.cases.get(case_id, where)).state
    waiting = await waiting_for(stores, seen.proposal_ids)

    def decided(case: Case, *units: Case) -> list[Decision[Case]]:
        made = decide(case)
        if case.proposal_ids != seen.proposal_ids:
            # A form was merged into it, or has left: others wait for it now.
            raise DisposedMeanwhile
        return [made, *(_told(unit, made.state, command) for unit in units)]

    return await change_together([Piece(stores.cases, case_id, where), *waiting], decided, command, respond)


def _told(unit: Case, school: Case, command: Command) -> Decision[Case]:
    sent, rule = school.last_answer, school.rule
    if sent is None or rule is None or sent.sent_at is None:
        # Written, and not signed yet.
        return Decision(unit, ())
    return receive(unit, sent, rule=rule, at=command.at, today=campus_day(command.at))
