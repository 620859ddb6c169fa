"""Routes of what a person may ask for by right: everything that is held about them, and its erasure."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from services.members.api.callers import Administrator, AdministratorOrOneself, Oneself, Wired
from services.members.domain.requests import PersonRequest, Right, State
from services.members.errors import ArchiveNotReady
from services.members.store import MembersStores
from services.members.store.requests import ARCHIVE_DAYS
from shared.access import Caller
from shared.audit import Entry
from shared.command import Command
from shared.errors import NothingHere
from shared.http.bodies import View
from shared.http.problems import documented
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.person import everything_held
from shared.purposes import Purpose

router = APIRouter(prefix="/v1", tags=["rights of the person"])

_README = f"""\
本压缩包是工会各服务所保存的、与您有关的全部信息，每个服务一个 JSON 文件。{ARCHIVE_DAYS} 天后不可再下载。
报表服务仅有会员编号、单位、在职状态与角色的副本，与 members.json 所载相同。
This archive is everything that the services of the union hold about you, a JSON file for each service. The reports have
a copy of ids, units, employment and roles, which are the same as in members.json.
It can be fetched for {ARCHIVE_DAYS} days.
"""


class PersonRequestView(View):
    """`held_until` and `source` say until when, and by which rule, something has to be kept."""

    id: UUID
    member_id: UUID
    right: Right
    state: State
    waiting_for: tuple[str, ...]
    held_until: date | None
    source: str | None
    requested_by: UUID
    requested_at: datetime
    confirmed_by: UUID | None


class PersonRequestPage(View):
    items: list[PersonRequestView]
    next: NextCursor


async def _ask(right: Right, member_id: UUID, caller: Caller, order: Command, stores: MembersStores) -> Response:
    member = (await stores.members.get(member_id, stores.members.within(caller))).state
    request_id = new_id()
    return await answered(
        stores.requests.create(
            lambda: PersonRequest.ask(
                request_id, right=right, member_id=member_id, unit_id=member.unit_id, by=caller.id, at=order.at
            ),
            order,
            created(PersonRequestView.of, "/v1/person-requests"),
        )
    )


@router.post("/members/{member_id}/exports", status_code=201, response_model=PersonRequestView, responses=CREATE)
async def request_export(member_id: UUID, caller: AdministratorOrOneself, command: Posted, stores: Wired) -> Response:
    """Ask every service for what it holds. The archive is complete when all have answered."""
    return await _ask(Right.EXPORT, member_id, caller, await command(caller), stores)


@router.post("/members/{member_id}/erasures", status_code=201, response_model=PersonRequestView, responses=CREATE)
async def request_erasure(member_id: UUID, caller: AdministratorOrOneself, command: Posted, stores: Wired) -> Response:
    """Ask every service whether the law makes it keep something. An administrator then confirms the erasure."""
    return await _ask(Right.ERASURE, member_id, caller, await command(caller), stores)


@router.get("/person-requests", response_model=PersonRequestPage, responses=LIST)
async def list_person_requests(caller: AdministratorOrOneself, page: Paged, stores: Wired) -> Any:
    found = await stores.requests.page(stores.requests.within(caller), limit=page.limit, cursor=page.cursor)
    return listed(PersonRequestView.of, found)


@router.get("/person-requests/{request_id}", response_model=PersonRequestView, responses=READ)
async def get_person_request(request_id: UUID, caller: AdministratorOrOneself, stores: Wired) -> Response:
    return shown(PersonRequestView.of, await stores.requests.get(request_id, stores.requests.within(caller)))


@router.get(
    "/person-requests/{request_id}/archive",
    response_class=Response,
    responses={
        200: {"description": "A JSON file for each service.", "content": {"application/zip": {}}},
        **documented(401, 403, 404, 409, 422, 503),
    },
)
async def fetch_archive(request_id: UUID, caller: Oneself, reading: ReadingFor, stores: Wired) -> Response:
    """For the person alone."""
    request = (await stores.requests.get(request_id, stores.requests.within(caller))).state
    if request.right is not Right.EXPORT:
        raise NothingHere(what=stores.requests.what)
    if request.state is not State.READY:
        raise ArchiveNotReady(waiting_for=list(request.waiting_for))
    key = (await stores.keyring.find([caller.id])).to_open(caller.id)
    if key is None:
        raise NothingHere(what=stores.requests.what)
    files = await stores.archives.read(request_id, key)
    own = [item async for item in everything_held(stores.foundation, stores.holders(), caller.id)]
    files["members"] = json.dumps(own, ensure_ascii=False)
    subject = (stores.requests.what, request_id)
    correlation_id = reading(caller).correlation_id
    await stores.foundation.audit.append(
        Entry("person-archive.fetched", caller.id, (caller.id,), *subject, tuple(files), Purpose.OWN, correlation_id)
    )
    return Response(
        _zipped(files),
        media_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="archive.zip"', "Cache-Control": "no-store"},
    )


def _zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        for name, content in sorted(files.items()):
            archive.writestr(f"{name}.json", content)
    return packed.getvalue()


@router.post("/person-requests/{request_id}/confirmations", response_model=PersonRequestView, responses=CREATE)
async def confirm_erasure(request_id: UUID, caller: Administrator, command: Posted, stores: Wired) -> Response:
    """Destroy the key of the person, and with it whatever is sealed under it, in every service. It cannot be undone."""
    order = await command(caller)
    request = (await stores.requests.get(request_id, stores.requests.within(caller))).state
    if request.right is not Right.ERASURE:
        raise NothingHere(what=stores.requests.what)
    request.confirm(by=caller.id, at=order.at)
    await answered(
        stores.members.change(
            request.member_id,
            lambda member: member.erase(at=order.at),
            Command(caller.id, order.at, order.correlation_id, order.traceparent),
            changed(_nothing),
            # Where the member is today, and not where they were on the day of asking.
            stores.members.within(caller),
        )
    )
    await stores.foundation.audit.append(
        Entry("person.erased", caller.id, (), stores.requests.what, request_id, purpose=Purpose.PERSON_REQUEST)
    )
    await stores.foundation.audit.erase(request.member_id)
    await stores.foundation.idempotency.forget(request.member_id)
    await stores.sheets.forget()
    return await answered(
        stores.requests.change(
            request_id,
            lambda request: request.confirm(by=caller.id, at=order.at),
            order,
            changed(PersonRequestView.of),
            stores.requests.within(caller),
        )
    )


def _nothing(_: object) -> View:
    return View()
