"""What the members service publishes about the keys of persons, on a topic that keeps the newest of each."""

from typing import Annotated

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId


class PersonKeyPublished(DomainEvent, type="union.members.person-key-published.keys.v1"):
    """Sent when a person's key is made, and again when it is wrapped by another master key."""

    member_id: MemberId
    wrapped: Annotated[
        str,
        Field(
            description="Name of the master key, a colon, and the key wrapped by it (RFC 3394) as base64url.",
            examples=["2022-1:H6aLCoESs0e_VcuqvYNUq05ADhR9f30e26fcfmT1VfFWPL7r5xOoKA"],
        ),
    ]


class PersonKeyDestroyed(DomainEvent, type="union.members.person-key-destroyed.keys.v1"):
    """Sent when a person's key is destroyed. What was sealed under it can be read no more, by anybody."""

    member_id: MemberId
