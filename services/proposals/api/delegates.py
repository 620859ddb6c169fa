"""Routes of delegates and delegations, and of the sheet that delegates are imported from."""

import hashlib
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.proposals.api.congress_callers import AnyMember, Manager, Wired
from services.proposals.delegate_imports import counted, read_sheet, take_in
from services.proposals.domain.delegate_sheets import Outcome, Verdict
from services.proposals.domain.delegates import Delegate, DelegateImport, Delegation
from services.proposals.store.units import units_of_body
from shared.aggregate import Decision
from shared.clock import campus_day
from shared.command import Answer
from shared.contracts.proposals.congresses import Seated
from shared.errors import Text, titles
from shared.http.bodies import Body, Day, Ids, Line, LongLine, View
from shared.http.messages import field_message
from shared.http.problems import prefers_english
from shared.http.requests import (
    CHANGE,
    CREATE,
    LIST,
    READ,
    Changed,
    NextCursor,
    Paged,
    Posted,
    Uploaded,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["congresses"])

_FILE = {
    "requestBody": {
        "required": True,
        "description": "The sheet itself: .xlsx, or CSV in UTF-8 or GB18030, with the columns 工号, 代表团 and 单位.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Units = Annotated[Ids, Field(max_length=500, description="The units that it is made of.")]


class FormDelegation(Body):
    name: Annotated[Line, Field(examples=["第一代表团"])]
    unit_ids: Units = []  # noqa: RUF012  pydantic copies it


class ReviseDelegation(Body):
    """`leader_id` is a member who is a delegate of the delegation today."""

    name: Line | None = None
    unit_ids: Units | None = None
    leader_id: UUID | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.unit_ids is None and self.leader_id is None:
            raise PydanticCustomError("nothing_to_change", "must hold something to change")
        return self


class DelegationView(View):
    id: UUID
    term_id: UUID
    unit_id: UUID
    name: str
    unit_ids: tuple[UUID, ...]
    leader_id: UUID | None


class DelegationPage(View):
    items: list[DelegationView]
    next: NextCursor


class SeatDelegate(Body):
    member_id: UUID
    unit_id: Annotated[UUID | None, Field(description="That elected them; the unit of the member where left out.")] = (
        None
    )
    delegation_id: UUID | None = None
    how: Seated
    elected_on: Day


class AssignDelegate(Body):
    delegation_id: UUID


class EndDelegate(Body):
    on: Annotated[Day, Field(description="First day as a delegate no more.")]
    reason: LongLine


class DelegateView(View):
    id: UUID
    term_id: UUID
    member_id: UUID
    unit_id: UUID
    delegation_id: UUID | None
    how: Seated
    elected_on: date
    ended_on: date | None


class DelegatePage(View):
    items: list[DelegateView]
    next: NextCursor


class RowReason(View):
    field: str
    rule: str
    detail: str


class RowView(View):
    """`number` is the row as the spreadsheet program counts."""

    number: int
    outcome: Outcome
    member_id: UUID | None
    reasons: list[RowReason]


class DelegateImportView(View):
    """`id` is null for a dry run, which leaves nothing behind."""

    id: UUID | None
    term_id: UUID
    dry_run: bool
    counts: dict[Outcome, int]
    rows: list[RowView]


@router.post("/terms/{term_id}/delegations", status_code=201, response_model=DelegationView, responses=CREATE)
async def form_delegation(
    term_id: UUID, body: FormDelegation, caller: Manager, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    term = (await stores.terms.get(term_id, stores.terms.within(caller))).state
    await stores.directory.require_units(body.unit_ids, field="unit_ids")
    await stores.delegations.require_free(term.id, body.name)
    delegation_id, units = new_id(), await units_of_body(stores.directory, term.unit_id)
    return await answered(
        stores.delegations.create(
            lambda: Delegation.form(delegation_id, term=term, name=body.name, unit_ids=body.unit_ids, units=units),
            order,
            created(DelegationView.of, "/v1/delegations"),
        )
    )


@router.get("/delegations", response_model=DelegationPage, responses=LIST)
async def list_delegations(
    caller: AnyMember, page: Paged, stores: Wired, term_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"term_id": term_id} if term_id else {}), **stores.delegations.within(caller)}
    return listed(DelegationView.of, await stores.delegations.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/delegations/{delegation_id}", response_model=DelegationView, responses=READ)
async def get_delegation(delegation_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(DelegationView.of, await stores.delegations.get(delegation_id, stores.delegations.within(caller)))


@router.patch("/delegations/{delegation_id}", response_model=DelegationView, responses=CHANGE)
async def revise_delegation(
    delegation_id: UUID, body: ReviseDelegation, caller: Manager, command: Changed, stores: Wired
) -> Response:
    order = await command(caller)
    within = stores.delegations.within(caller)
    found = (await stores.delegations.get(delegation_id, within)).state
    await stores.directory.require_units(body.unit_ids or (), field="unit_ids")
    if body.name is not None:
        await stores.delegations.require_free(found.term_id, body.name, but=found.id)
    units = await units_of_body(stores.directory, found.unit_id)
    leader: Delegate | None = None
    if body.leader_id is not None:
        today = campus_day(order.at)
        leader = (await stores.delegates.of_term(found.term_id, [body.leader_id], today)).get(body.leader_id)

    def decide(delegation: Delegation) -> Decision[Delegation]:
        return delegation.revise(
            name=body.name,
            unit_ids=body.unit_ids,
            units=units,
            leader_id=body.leader_id,
            delegate=leader,
            by=caller.id,
        )

    return await answered(stores.delegations.change(delegation_id, decide, order, changed(DelegationView.of), within))


@router.post("/terms/{term_id}/delegates", status_code=201, response_model=DelegateView, responses=CREATE)
async def seat_delegate(term_id: UUID, body: SeatDelegate, caller: Manager, command: Posted, stores: Wired) -> Response:
    """Somebody was elected by their unit, or is a delegate by office."""
    order = await command(caller)
    term = (await stores.terms.get(term_id, stores.terms.within(caller))).state
    member = await stores.directory.member(body.member_id, field="member_id")
    delegation = (await stores.delegations.get(body.delegation_id)).state if body.delegation_id else None
    units = await units_of_body(stores.directory, term.unit_id)
    left_on = await stores.delegates.left_on(term.id, member.id)
    delegate_id, today = new_id(), campus_day(order.at)
    return await answered(
        stores.delegates.create(
            lambda: Delegate.seat(
                delegate_id,
                term=term,
                member_id=member.id,
                employment=member.employment,
                unit_id=body.unit_id or member.unit_id,
                units=units,
                delegation=delegation,
                how=body.how,
                elected_on=body.elected_on,
                left_on=left_on,
                by=caller.id,
                today=today,
            ),
            order,
            created(DelegateView.of, "/v1/delegates"),
        )
    )


@router.get("/delegates", response_model=DelegatePage, responses=LIST)
async def list_delegates(
    caller: AnyMember,
    page: Paged,
    stores: Wired,
    term_id: Annotated[UUID | None, Query()] = None,
    delegation_id: Annotated[UUID | None, Query()] = None,
    unit_id: Annotated[UUID | None, Query(description="That elected them.")] = None,
    member_id: Annotated[UUID | None, Query()] = None,
) -> Any:
    """Those who left are in it too: see `ended_on`."""
    given = {"term_id": term_id, "delegation_id": delegation_id, "unit_id": unit_id, "member_id": member_id}
    where = {**{name: value for name, value in given.items() if value}, **stores.delegates.within(caller)}
    return listed(DelegateView.of, await stores.delegates.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/delegates/{delegate_id}", response_model=DelegateView, responses=READ)
async def get_delegate(delegate_id: UUID, caller: AnyMember, stores: Wired) -> Response:
    return shown(DelegateView.of, await stores.delegates.get(delegate_id, stores.delegates.within(caller)))


@router.post("/delegates/{delegate_id}/assignments", response_model=DelegateView, responses=CREATE)
async def assign_delegate(
    delegate_id: UUID, body: AssignDelegate, caller: Manager, command: Posted, stores: Wired
) -> Response:
    """To a delegation of the same term."""
    order = await command(caller)
    within = stores.delegates.within(caller)
    await stores.delegates.get(delegate_id, within)
    delegation = (await stores.delegations.get(body.delegation_id)).state
    return await answered(
        stores.delegates.change(
            delegate_id, lambda delegate: delegate.assign(delegation), order, changed(DelegateView.of), within
        )
    )


@router.post("/delegates/{delegate_id}/endings", response_model=DelegateView, responses=CREATE)
async def end_delegate(
    delegate_id: UUID, body: EndDelegate, caller: Manager, command: Posted, stores: Wired
) -> Response:
    order = await command(caller)
    today = campus_day(order.at)
    return await answered(
        stores.delegates.change(
            delegate_id,
            lambda delegate: delegate.end(on=body.on, reason=body.reason, by=caller.id, today=today),
            order,
            changed(DelegateView.of),
            stores.delegates.within(caller),
        )
    )


@router.post(
    "/terms/{term_id}/delegate-imports",
    response_model=DelegateImportView,
    responses=CREATE,
    openapi_extra=_FILE,
)
async def import_delegates(
    term_id: UUID,
    request: Request,
    caller: Manager,
    upload: Uploaded,
    stores: Wired,
    dry_run: Annotated[bool, Query(description="Say what each row would do, and do nothing.")] = True,
) -> Response:
    """Row by row, at most 2,000. Once more changes nothing more; who is missing from the sheet is never removed.

    Whoever is new is a delegate from the first day of the term. A delegation of another name than there is is refused.
    """
    order = await upload.command(caller)
    term = (await stores.terms.get(term_id, stores.terms.within(caller))).state
    term.require_running(campus_day(order.at))
    rows = await read_sheet(upload.content)
    verdicts = await take_in(stores, term, rows, order, dry_run=dry_run)
    english = prefers_english(request.headers.get("accept-language", ""))
    import_id, counts = None if dry_run else new_id(), counted(verdicts)
    report = DelegateImportView(
        id=import_id,
        term_id=term.id,
        dry_run=dry_run,
        counts=counts,
        rows=[_row(verdict, english=english) for verdict in verdicts],
    )
    body = report.model_dump_json().encode()
    if import_id is None:
        return Response(body, media_type="application/json")
    sha256 = hashlib.sha256(upload.content).hexdigest()
    return await answered(
        stores.delegate_imports.create(
            lambda: DelegateImport.record(
                import_id, term=term, sha256=sha256, counts=counts, by=caller.id, at=order.at
            ),
            order,
            lambda _: Answer(200, body),
        )
    )


def _row(verdict: Verdict, *, english: bool) -> RowView:
    reasons = []
    for reason in verdict.reasons:
        text = _SHEET_RULES.get(reason.rule) or titles().get(reason.rule) or field_message(reason.rule, {})
        reasons.append(RowReason(field=reason.field, rule=reason.rule, detail=text.en if english else text.zh))
    return RowView(number=verdict.number, outcome=verdict.outcome, member_id=verdict.member_id, reasons=reasons)


_SHEET_RULES = {
    "delegation_unknown": Text(zh="该届没有这个代表团", en="is no delegation of the term"),
    "member_ambiguous": Text(zh="对应多名会员", en="is the number of several members"),
    "member_unknown": Text(zh="没有这名会员，或其登记尚未送达", en="is no member that is known here yet"),
    "repeats_a_row": Text(zh="与前面的行重复", en="is in a row before already"),
    "stands_for_another_unit": Text(zh="已是其他单位选出的代表", en="is not the unit that this delegate stands for"),
}
