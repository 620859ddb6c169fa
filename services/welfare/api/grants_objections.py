"""Routes of objections to grants on notice. Who objects and the union office see them, and no applicant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from services.welfare.api.grants_callers import Everyone, ObjectionReader, Office, Wired
from services.welfare.domain.grants_objections import ObjectionState
from services.welfare.granting import object_to, rule_on
from services.welfare.store import WelfareStores
from shared.access import Caller
from shared.http.bodies import Body, Paragraphs, View
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

router = APIRouter(prefix="/v1", tags=["hardship grants"])


class ObjectTo(Body):
    text: Annotated[Paragraphs, Field(description="What speaks against it. It is confidential.")]


class RuleOn(Body):
    upheld: Annotated[bool, Field(description="Whether the grant is off.")]
    text: Paragraphs


class ObjectionView(View):
    id: UUID
    application_id: UUID
    objector_id: UUID
    state: ObjectionState
    filed_at: datetime
    ruled_by: UUID | None
    ruled_at: datetime | None


class ObjectionDetails(ObjectionView):
    """Both are null once the objector's data were erased."""

    text: str | None
    ruling_text: str | None


class ObjectionPage(View):
    items: list[ObjectionView]
    next: NextCursor


async def _within(caller: Caller, stores: WelfareStores) -> Mapping[str, Any]:
    """Neither the applicant nor whom they are married to, whatever role they hold."""
    involved = [caller.id, *await stores.couples.household(caller.id)]
    return {"$and": [stores.grant_objections.within(caller), {"applicant_id": {"$nin": involved}}]}


@router.post(
    "/hardship-applications/{application_id}/objections",
    status_code=201,
    response_model=ObjectionView,
    responses=CREATE,
)
async def object_to_hardship_grant(
    application_id: UUID, body: ObjectTo, caller: Everyone, command: Posted, stores: Wired
) -> Response:
    """By any member, while it is on notice. The applicant does not learn of it."""
    order = await command(caller)
    respond = created(ObjectionView.of, "/v1/hardship-objections")
    return await answered(object_to(stores, application_id, body.text, order, respond))


@router.get("/hardship-objections", response_model=ObjectionPage, responses=LIST)
async def list_hardship_objections(
    caller: ObjectionReader, page: Paged, stores: Wired, application_id: Annotated[UUID | None, Query()] = None
) -> Any:
    chosen = {"application_id": application_id} if application_id else {}
    where = {**chosen, **await _within(caller, stores)}
    found = await stores.grant_objections.page(where, limit=page.limit, cursor=page.cursor)
    return listed(ObjectionView.of, found)


@router.get("/hardship-objections/{objection_id}", response_model=ObjectionView, responses=READ)
async def get_hardship_objection(objection_id: UUID, caller: ObjectionReader, stores: Wired) -> Response:
    found = await stores.grant_objections.get(objection_id, await _within(caller, stores))
    return shown(ObjectionView.of, found)


@router.get("/hardship-objections/{objection_id}/details", response_model=ObjectionDetails, responses=READ)
async def read_hardship_objection_details(
    objection_id: UUID, caller: ObjectionReader, reading: ReadingFor, stores: Wired
) -> Response:
    """What speaks against the grant, and the ruling. Who reads it, and for what purpose, is put on record."""
    found = await stores.grant_objections.open(objection_id, reading(caller), await _within(caller, stores))
    return shown(ObjectionDetails.of, found)


@router.post("/hardship-objections/{objection_id}/rulings", response_model=ObjectionView, responses=CREATE)
async def rule_on_hardship_objection(
    objection_id: UUID, body: RuleOn, caller: Office, command: Posted, stores: Wired
) -> Response:
    """By the union office. Upheld, the grant is off and its money is free again; dismissed, the notice goes on."""
    order = await command(caller)
    return await answered(
        rule_on(
            stores,
            objection_id,
            upheld=body.upheld,
            text=body.text,
            order=order,
            respond=changed(ObjectionView.of),
            where=await _within(caller, stores),
        )
    )
