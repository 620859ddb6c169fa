"""The rights of the person (个人信息保护法, articles 44 to 47): what the members service asks of every service that
holds something about a member, and what each answers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import DomainEvent, MemberId

RequestId = Annotated[UUID, Field(description="The request.", examples=["01930000-0000-7000-8000-0000000000c9"])]


class PersonDataRequested(DomainEvent, type="union.members.person-data-requested.restricted.v1"):
    """Sent when a member asks for everything that is held about them. Each service that holds something answers."""

    request_id: RequestId
    member_id: MemberId


class PersonErasureRequested(DomainEvent, type="union.members.person-erasure-requested.restricted.v1"):
    """Sent when a member's data are to be erased. Each service answers until when the law makes it keep them."""

    request_id: RequestId
    member_id: MemberId


class MemberErased(DomainEvent, type="union.members.member-erased.v1"):
    """Sent when a member's data were erased and their key destroyed. Whoever keeps a copy erases it too."""

    member_id: MemberId


class _Gathered(BaseModel):
    request_id: RequestId
    member_id: MemberId
    part: Annotated[int, Field(description="Number of this part, from 1.", ge=1, examples=[1])]
    parts: Annotated[int, Field(description="How many parts there are.", ge=1, examples=[1])]
    content: Annotated[
        str,
        Field(
            description="A piece of a JSON array; the pieces in their order make the whole.",
            examples=['[{"kind": "visit"}]'],
        ),
    ]


class _Answered(BaseModel):
    request_id: RequestId
    member_id: MemberId
    held_until: Annotated[
        date | None,
        Field(description="Until when something has to be kept; null when nothing has.", examples=["2052-06-01"]),
    ]
    source: Annotated[
        str | None,
        Field(description="The rule that says so.", examples=["会计档案管理办法 (财政部 国家档案局令第79号)"]),
    ]


class EventsDataGathered(
    _Gathered, DomainEvent, type="union.events.person-data-gathered.restricted.v1", sealed_for="member_id"
):
    """Sent when the events service has gathered what it holds about a member."""


class NotificationsDataGathered(
    _Gathered, DomainEvent, type="union.notifications.person-data-gathered.restricted.v1", sealed_for="member_id"
):
    """Sent when the notifications service has gathered what it holds about a member."""


class ProposalsDataGathered(
    _Gathered, DomainEvent, type="union.proposals.person-data-gathered.restricted.v1", sealed_for="member_id"
):
    """Sent when the proposals service has gathered what it holds about a member."""


class WelfareDataGathered(
    _Gathered, DomainEvent, type="union.welfare.person-data-gathered.restricted.v1", sealed_for="member_id"
):
    """Sent when the welfare service has gathered what it holds about a member."""


class EventsErasureAnswered(_Answered, DomainEvent, type="union.events.erasure-answered.restricted.v1"):
    """Sent when the events service has looked whether it may erase what it holds about a member."""


class NotificationsErasureAnswered(_Answered, DomainEvent, type="union.notifications.erasure-answered.restricted.v1"):
    """Sent when the notifications service has looked whether it may erase what it holds about a member."""


class ProposalsErasureAnswered(_Answered, DomainEvent, type="union.proposals.erasure-answered.restricted.v1"):
    """Sent when the proposals service has looked whether it may erase what it holds about a member."""


class WelfareErasureAnswered(_Answered, DomainEvent, type="union.welfare.erasure-answered.restricted.v1"):
    """Sent when the welfare service has looked whether it may erase what it holds about a member."""


DataGathered = EventsDataGathered | NotificationsDataGathered | ProposalsDataGathered | WelfareDataGathered
ErasureAnswered = (
    EventsErasureAnswered | NotificationsErasureAnswered | ProposalsErasureAnswered | WelfareErasureAnswered
)
GATHERED: dict[str, type[DataGathered]] = {
    "events": EventsDataGathered,
    "notifications": NotificationsDataGathered,
    "proposals": ProposalsDataGathered,
    "welfare": WelfareDataGathered,
}
ANSWERED: dict[str, type[ErasureAnswered]] = {
    "events": EventsErasureAnswered,
    "notifications": NotificationsErasureAnswered,
    "proposals": ProposalsErasureAnswered,
    "welfare": WelfareErasureAnswered,
}
HOLDERS = tuple(GATHERED)
"""The services that hold something about members and answer, beside the members service itself."""
