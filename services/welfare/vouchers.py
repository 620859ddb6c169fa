"""A voucher together with the drive that counts it, and a drive together with its money."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.welfare.domain.benefit_vouchers import RowOutcome, Voucher, VoucherDrive, VoucherRow, voucher_id
from services.welfare.domain.policies import SpendingPolicy
from services.welfare.domain.spendings import Allowance
from services.welfare.errors.benefits import DriveChangedMeanwhile, NotInPost
from services.welfare.paying import Wanted, commit, reserve
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer, Command
from shared.contracts.members import Employment
from shared.contracts.welfare.policies import SpendingKind
from shared.contracts.welfare.visits import Form
from shared.directory import KnownMember, MemberUnknown
from shared.errors import AlreadyExists, RuleBroken, Unavailable
from shared.ids import new_id
from shared.store import Piece, Respond, Versioned, change_together

Where = Mapping[str, Any]
OCCASION = "birthday"


class Terms(NamedTuple):
    unit_id: UUID | None
    title: str
    year: int
    value_fen: int
    valid_days: int
    most: int


async def begin(
    stores: WelfareStores,
    terms: Terms,
    decision_id: UUID | None,
    order: Command,
    respond: Respond[VoucherDrive],
) -> Answer:
    """What all of its vouchers are worth is reserved. Raises CapExceeded, FormNotAllowed, PolicyMissing and what
    `reserve` does.
    """
    drive_id, day = new_id(), campus_day(order.at)
    policy = await stores.policies.judging(SpendingKind.BENEFIT, OCCASION, terms.unit_id, day)
    policy.allow(Form.GOODS)
    headroom_fen = policy.headroom(terms.value_fen)
    wanted = Wanted(
        kind=SpendingKind.BENEFIT,
        subject_id=drive_id,
        unit_id=terms.unit_id,
        amount_fen=terms.most * terms.value_fen,
        # The caps of the policy are of one member, who has one voucher in a drive.
        category=policy.category,
        decision_id=decision_id,
    )
    money = await reserve(stores, wanted, order)

    def decide(_: None, *moved: Any) -> Sequence[Decision[Any] | None]:
        begun = VoucherDrive.begin(
            drive_id,
            **terms._asdict(),
            spending_id=money.spending_id,
            policy_id=policy.id,
            headroom_fen=headroom_fen,
            by=order.actor,
            at=order.at,
        )
        return [begun, *money.decide(*moved)]

    return await change_together([Piece(stores.voucher_drives), *money.pieces], decide, order, respond)


async def close(
    stores: WelfareStores, drive_id: UUID, order: Command, respond: Respond[VoucherDrive], where: Where
) -> Answer:
    """What was used is paid. Raises VouchersStillOpen, DriveChangedMeanwhile, WrongState, NothingHere."""
    seen = (await stores.voucher_drives.get(drive_id, where)).state
    seen.close(by=order.actor, at=order.at)
    if seen.spending_id is None:
        raise DriveChangedMeanwhile
    money = await commit(stores, seen.spending_id, order, seen.spent_fen)

    def decide(drive: VoucherDrive, *moved: Any) -> Sequence[Decision[Any] | None]:
        if drive.spent_fen != seen.spent_fen:
            raise DriveChangedMeanwhile
        return [drive.close(by=order.actor, at=order.at), *money.decide(*moved)]

    pieces: list[Piece[Any]] = [Piece(stores.voucher_drives, drive_id, where), *money.pieces]
    return await change_together(pieces, decide, order, respond)


async def issue_all(
    stores: WelfareStores, drive: VoucherDrive, member_ids: Sequence[UUID], order: Command, caller: Caller
) -> tuple[VoucherRow, ...]:
    """One after the other: what becomes of each row. Raises Unavailable."""
    known = await stores.directory.known(member_ids)
    below = await stores.directory.units_below([drive.unit_id]) if drive.unit_id else None
    policy = await stores.policies.judging(SpendingKind.BENEFIT, OCCASION, drive.unit_id, campus_day(order.at))
    # The key is the one of the request: its answer is kept with the list.
    step = Command(order.actor, order.at, order.correlation_id, order.traceparent)
    rows = []
    for member_id in member_ids:
        try:
            member = known.get(member_id)
            if member is None or (below is not None and member.unit_id not in below):
                raise MemberUnknown(field="member_id")
            caller.require(member.unit_id, field="member_id")
            await _issue(stores, drive, member, policy, step)
        except Unavailable:
            raise
        except AlreadyExists:
            rows.append(VoucherRow(member_id=member_id, outcome=RowOutcome.UNCHANGED))
        except RuleBroken as error:
            rows.append(VoucherRow(member_id=member_id, outcome=RowOutcome.REFUSED, rule=error.slug()))
        else:
            rows.append(VoucherRow(member_id=member_id, outcome=RowOutcome.ISSUED))
    return tuple(rows)


async def _issue(
    stores: WelfareStores, drive: VoucherDrive, member: KnownMember, policy: SpendingPolicy, step: Command
) -> None:
    """Raises NotInPost, OwnCase, AlreadyExists, CapExceeded, VouchersUsedUp, WrongState."""
    if member.employment is not Employment.IN_POST:
        raise NotInPost(field="member_id")
    if await stores.vouchers.by_ids([voucher_id(drive.id, member.id)]):
        raise AlreadyExists(field="member_id")
    allowance_id = None
    if policy.cap_per_year_fen is not None:
        about = f"{policy.kind}/{policy.occasion}"
        allowance_id = await stores.allowances.of(member.id, about, drive.year)

    def decide(drive: VoucherDrive, _: None, *allowances: Allowance) -> Sequence[Decision[Any]]:
        policy.headroom(drive.value_fen, sum(allowance.used_fen for allowance in allowances))
        issued = Voucher.issue(
            drive, member.id, unit_id=member.unit_id, by=step.actor, at=step.at, allowance_id=allowance_id
        )
        return [drive.issue(), issued, *(Decision(each.use(drive.value_fen), ()) for each in allowances)]

    pieces: list[Piece[Any]] = [
        Piece(stores.voucher_drives, drive.id),
        Piece(stores.vouchers),
        *([Piece(stores.allowances, allowance_id)] if allowance_id else []),
    ]
    await change_together(pieces, decide, step, _nobody_asks)


async def use(
    stores: WelfareStores, voucher_id: UUID, order: Command, respond: Respond[Voucher], where: Where
) -> Answer:
    """Raises OwnCase, WrongState, NothingHere."""
    seen = (await stores.vouchers.get(voucher_id, where)).state

    def decide(voucher: Voucher, drive: VoucherDrive) -> Sequence[Decision[Any]]:
        used = voucher.use(by=order.actor, at=order.at)
        return [used, drive.count(used.state.state)]

    pieces: list[Piece[Any]] = [
        Piece(stores.vouchers, voucher_id, where),
        Piece(stores.voucher_drives, seen.drive_id),
    ]
    return await change_together(pieces, decide, order, respond)


def _nobody_asks(_: Versioned[Any]) -> Answer:
    return Answer(204, b"")
