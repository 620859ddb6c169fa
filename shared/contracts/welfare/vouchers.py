"""What the welfare service publishes about vouchers for birthdays.

Who got one is told to the member alone: the day of its issue tells the month of a birth.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.base import DomainEvent, MemberId, UnitId
from shared.contracts.welfare.benefits import OfUnit, VoucherDriveId, VoucherId

ExpiresOn = Annotated[date, Field(description="The last day on which it is taken.", examples=["2022-12-31"])]


class VoucherDriveOpened(DomainEvent, type="union.welfare.voucher-drive-opened.v1"):
    """Sent when a year of vouchers for birthdays begins."""

    drive_id: VoucherDriveId
    unit_id: OfUnit


class VoucherDriveClosed(DomainEvent, type="union.welfare.voucher-drive-closed.v1"):
    """Sent when a year of vouchers is closed, and what was used is paid."""

    drive_id: VoucherDriveId
    unit_id: OfUnit


class VoucherListRecorded(DomainEvent, type="union.welfare.voucher-list-recorded.v1"):
    """Sent when the members of a month were handed in as a list."""

    list_id: Annotated[UUID, Field(description="The list.", examples=["01930000-0000-7000-8000-000000000306"])]
    drive_id: VoucherDriveId
    unit_id: UnitId
    issued: Annotated[int, Field(description="How many vouchers were issued.", ge=0, examples=[31])]
    refused: Annotated[int, Field(description="How many rows were refused.", ge=0, examples=[1])]


class VoucherIssued(DomainEvent, type="union.welfare.voucher-issued.v1"):
    """Sent when a voucher is issued. To whom is not said here: it would tell the month of a birth."""

    voucher_id: VoucherId
    drive_id: VoucherDriveId


class VoucherIssuedRestricted(DomainEvent, type="union.welfare.voucher-issued.restricted.v1", sealed_for="member_id"):
    """Sent when a voucher is issued to a member."""

    voucher_id: VoucherId
    drive_id: VoucherDriveId
    member_id: MemberId
    expires_on: ExpiresOn


class VoucherUsed(DomainEvent, type="union.welfare.voucher-used.v1"):
    """Sent when a voucher is used."""

    voucher_id: VoucherId
    drive_id: VoucherDriveId


class VoucherExpired(DomainEvent, type="union.welfare.voucher-expired.v1"):
    """Sent when the last day of a voucher is over and it was not used."""

    voucher_id: VoucherId
    drive_id: VoucherDriveId
