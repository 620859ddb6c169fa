"""Who is told of visits."""

from collections.abc import Sequence

from services.notifications.domain import Topic
from services.notifications.handlers.notices import Telling, day_of
from services.notifications.store import NotificationsStores
from shared.contracts.welfare.visits import VisitLoggedRestricted
from shared.handlers import Received
from shared.roles import Role

OFFICERS = (Role.BRANCH_CHAIR, Role.BRANCH_OFFICER)


async def visit_logged(stores: NotificationsStores, heard: Received[VisitLoggedRestricted]) -> Sequence[Telling]:
    """The chair and the officers of the member's branch. What the visit was about stays out of the notice.

    Raises UnitNotKnownYet.
    """
    event = heard.event
    branch = await stores.directory.branch_of(event.unit_id)
    if branch is None:
        return ()
    holders = await stores.directory.holders([branch], OFFICERS, on=day_of(heard))
    facts = {"visited_on": event.visited_on.isoformat()}
    return [Telling(Topic.VISIT_LOGGED, holders.get(branch, ()), facts, {"member": event.member_id})]
