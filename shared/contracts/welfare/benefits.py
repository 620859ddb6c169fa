"""What the welfare service publishes about benefits: drives, who collects, and vouchers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId

DriveId = Annotated[
    UUID, Field(description="Drive of benefits (福利品发放).", examples=["01930000-0000-7000-8000-000000000301"])
]
BenefitId = Annotated[
    UUID,
    Field(description="What one member is entitled to in a drive.", examples=["01930000-0000-7000-8000-000000000302"]),
]
VoucherDriveId = Annotated[
    UUID, Field(description="Drive of vouchers (生日券).", examples=["01930000-0000-7000-8000-000000000303"])
]
VoucherId = Annotated[UUID, Field(description="Voucher.", examples=["01930000-0000-7000-8000-000000000304"])]
OfUnit = Annotated[
    UUID | None,
    Field(
        description="The unit whose members it is for, with what lies below; null for the whole school.",
        examples=["01930000-0000-7000-8000-0000000000a1"],
    ),
]
Entitled = Annotated[int, Field(description="How many members are entitled.", ge=0, examples=[412])]
ChooseBy = Annotated[datetime, Field(description="Until when a package is chosen.", examples=["2022-09-01T10:00:00Z"])]
PickUpFrom = Annotated[date, Field(description="First day of the pick-up.", examples=["2022-09-05"])]
PickUpUntil = Annotated[date, Field(description="Last day of the pick-up.", examples=["2022-09-16"])]


class BenefitOccasion(StrEnum):
    """What a drive is for. Birthdays have vouchers."""

    SPRING_FESTIVAL = "spring_festival"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"
    FILM_TICKETS = "film_tickets"
    OTHER = "other"


class BenefitNotice(StrEnum):
    """What the members of a drive hear."""

    OPENED = "opened"
    CHOOSE_SOON = "choose_soon"
    COLLECT = "collect"
    CANCELLED = "cancelled"


class BenefitDrivePlanned(DomainEvent, type="union.welfare.benefit-drive-planned.v1"):
    """Sent when a drive of benefits is planned."""

    drive_id: DriveId
    unit_id: OfUnit


class BenefitDriveRevised(DomainEvent, type="union.welfare.benefit-drive-revised.v1"):
    """Sent when a drive is revised before it is announced: its packages, its days or its own list of members."""

    drive_id: DriveId
    unit_id: OfUnit


class BenefitRosterFrozen(DomainEvent, type="union.welfare.benefit-roster-frozen.v1"):
    """Sent when it is settled who is entitled in a drive: whoever joins or leaves after that changes nothing."""

    drive_id: DriveId
    unit_id: OfUnit
    members: Entitled


class BenefitDriveAnnounced(DomainEvent, type="union.welfare.benefit-drive-announced.v1"):
    """Sent when a drive is announced: from now on its members choose."""

    drive_id: DriveId
    unit_id: OfUnit
    members: Entitled
    choose_by: ChooseBy
    pick_up_from: PickUpFrom
    pick_up_until: PickUpUntil


class BenefitDriveAnnouncedRestricted(DomainEvent, type="union.welfare.benefit-drive-announced.restricted.v1"):
    """Sent when a drive is announced, for the accounts."""

    drive_id: DriveId
    unit_id: OfUnit
    occasion: Annotated[BenefitOccasion, Field(description="What it is for.", examples=["mid_autumn"])]
    members: Entitled
    reserved_fen: Annotated[int, Field(description="What was reserved, in fen.", ge=0, examples=[12360000])]


class BenefitMembersAddressedRestricted(DomainEvent, type="union.welfare.benefit-members-addressed.restricted.v1"):
    """Sent when members of a drive are to hear of it, so many in each event."""

    drive_id: DriveId
    about: Annotated[BenefitNotice, Field(description="What they hear.", examples=["opened"])]
    member_ids: Annotated[
        tuple[UUID, ...], Field(description="Who hears it.", examples=[["01930000-0000-7000-8000-0000000000b1"]])
    ]
    choose_by: ChooseBy
    pick_up_from: PickUpFrom
    pick_up_until: PickUpUntil


class BenefitChosen(DomainEvent, type="union.welfare.benefit-chosen.v1"):
    """Sent when a package is chosen for a member, or another one instead. Which one is not said here."""

    benefit_id: BenefitId
    drive_id: DriveId
    member_id: MemberId
    unit_id: UnitId


class BenefitChoosingClosed(DomainEvent, type="union.welfare.benefit-choosing-closed.v1"):
    """Sent when the time to choose is over, and whoever has chosen nothing was given the default package."""

    drive_id: DriveId
    unit_id: OfUnit


class BenefitHandingOutBegun(DomainEvent, type="union.welfare.benefit-handing-out-begun.v1"):
    """Sent when the pick-up at the branches begins."""

    drive_id: DriveId
    unit_id: OfUnit
    pick_up_from: PickUpFrom
    pick_up_until: PickUpUntil


class BenefitPickUpExtended(DomainEvent, type="union.welfare.benefit-pick-up-extended.v1"):
    """Sent when the pick-up is given more days."""

    drive_id: DriveId
    unit_id: OfUnit
    pick_up_until: PickUpUntil


class BenefitPickedUp(DomainEvent, type="union.welfare.benefit-picked-up.v1"):
    """Sent when a member's benefit is picked up and signed for."""

    benefit_id: BenefitId
    drive_id: DriveId
    member_id: MemberId
    unit_id: UnitId


class BenefitPickedUpRestricted(
    DomainEvent, type="union.welfare.benefit-picked-up.restricted.v1", sealed_for="member_id"
):
    """Sent when a member's benefit is picked up, with who has signed for it."""

    benefit_id: BenefitId
    drive_id: DriveId
    member_id: MemberId
    picked_up_by: Annotated[
        UUID,
        Field(description="The member or a colleague.", examples=["01930000-0000-7000-8000-0000000000b2"]),
    ]


class BenefitReturned(DomainEvent, type="union.welfare.benefit-returned.v1"):
    """Sent when a member's benefit goes back: it was declined, or brought back."""

    benefit_id: BenefitId
    drive_id: DriveId
    member_id: MemberId
    unit_id: UnitId


class PickUpListRecorded(DomainEvent, type="union.welfare.pick-up-list-recorded.v1"):
    """Sent when a branch has recorded the pick-ups of a list of members."""

    list_id: Annotated[UUID, Field(description="The list.", examples=["01930000-0000-7000-8000-000000000305"])]
    drive_id: DriveId
    unit_id: UnitId
    recorded: Annotated[int, Field(description="How many were picked up.", ge=0, examples=[38])]
    refused: Annotated[int, Field(description="How many rows were refused.", ge=0, examples=[2])]


class BenefitDriveReconciled(DomainEvent, type="union.welfare.benefit-drive-reconciled.v1"):
    """Sent when a drive is reconciled: whoever was entitled has collected, or theirs went back."""

    drive_id: DriveId
    unit_id: OfUnit
    members: Entitled
    picked_up: Annotated[int, Field(description="How many were picked up.", ge=0, examples=[405])]
    returned: Annotated[int, Field(description="How many went back.", ge=0, examples=[7])]


class BenefitDriveReconciledRestricted(DomainEvent, type="union.welfare.benefit-drive-reconciled.restricted.v1"):
    """Sent when a drive is reconciled, for the accounts."""

    drive_id: DriveId
    unit_id: OfUnit
    occasion: Annotated[BenefitOccasion, Field(description="What it was for.", examples=["mid_autumn"])]
    amount_fen: Annotated[int, Field(description="What was picked up cost, in fen.", ge=0, examples=[12150000])]


class BenefitDriveCancelled(DomainEvent, type="union.welfare.benefit-drive-cancelled.v1"):
    """Sent when a drive is cancelled before anything is handed out."""

    drive_id: DriveId
    unit_id: OfUnit
