"""Routes of consents."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.members.api.callers import AnyMember, Oneself, Wired
from services.members.domain.consents import Consent
from services.members.errors import ConsentTextUnknown
from shared.access import Caller, Reach
from shared.clock import campus_day, now
from shared.http.bodies import Body, View, Whole
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    access,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.roles import Role

router = APIRouter(prefix="/v1", tags=["consents"])

Reader = Annotated[Caller, access({Role.ADMINISTRATOR: Reach.SCHOOL, Role.MEMBER: Reach.OWN})]


class GiveConsent(Body):
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,62}$", examples=["photo-publication"])]
    text_version: Annotated[Whole, Field(ge=1, le=10_000)]


class ConsentView(View):
    id: UUID
    member_id: UUID
    purpose: str
    text_version: int
    given_at: datetime
    withdrawn_at: datetime | None


class ConsentPage(View):
    items: list[ConsentView]
    next: NextCursor


class ConsentTextView(View):
    purpose: str
    version: int
    effective_from: date
    zh: str
    en: str
    source: str


class ConsentTextList(View):
    items: list[ConsentTextView]


@router.get("/consent-texts", response_model=ConsentTextList, responses=LIST)
async def read_consent_texts(caller: AnyMember, stores: Wired) -> Any:
    """What is asked today, the newest text for each purpose."""
    return {"items": [ConsentTextView.of(text) for text in await stores.consent_texts.on(campus_day(now()))]}


@router.post("/consents", status_code=201, response_model=ConsentView, responses=CREATE)
async def give_consent(body: GiveConsent, caller: Oneself, command: Posted, stores: Wired) -> Response:
    """To the text of today."""
    order = await command(caller)
    await stores.members.require([caller.id], field="sub")
    texts = {text.purpose: text.version for text in await stores.consent_texts.on(campus_day(order.at))}
    if texts.get(body.purpose) != body.text_version:
        raise ConsentTextUnknown(purpose=body.purpose, version=body.text_version)
    consent_id = new_id()
    return await answered(
        stores.consents.create(
            lambda: Consent.give(consent_id, member_id=caller.id, at=order.at, **body.model_dump()),
            order,
            created(ConsentView.of, "/v1/consents"),
        )
    )


@router.get("/consents", response_model=ConsentPage, responses=LIST)
async def list_consents(
    caller: Reader, page: Paged, stores: Wired, member_id: Annotated[UUID | None, Query()] = None
) -> Any:
    where = {**({"member_id": member_id} if member_id else {}), **stores.consents.within(caller)}
    return listed(ConsentView.of, await stores.consents.page(where, limit=page.limit, cursor=page.cursor))


@router.get("/consents/{consent_id}", response_model=ConsentView, responses=READ)
async def get_consent(consent_id: UUID, caller: Reader, stores: Wired) -> Response:
    return shown(ConsentView.of, await stores.consents.get(consent_id, stores.consents.within(caller)))


@router.post("/consents/{consent_id}/withdrawals", response_model=ConsentView, responses=CREATE)
async def withdraw_consent(consent_id: UUID, caller: Oneself, command: Posted, stores: Wired) -> Response:
    order = await command(caller)
    return await answered(
        stores.consents.change(
            consent_id,
            lambda consent: consent.withdraw(at=order.at),
            order,
            changed(ConsentView.of),
            stores.consents.within(caller),
        )
    )
