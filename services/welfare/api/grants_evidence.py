"""Routes of the evidence for hardship grants: files that are streamed in and out, and never held whole."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from services.welfare.api.grants_applications import ApplicationView, step
from services.welfare.api.grants_callers import Applicant, Reader, Wired
from services.welfare.domain.grants import Evidence
from shared.audit import Entry
from shared.clock import campus_day
from shared.command import Answer
from shared.errors import BodyTooLarge, RuleBroken, Unavailable
from shared.files import ENDINGS, MEDIA_TYPES, media_type_of
from shared.http.downloads import attached
from shared.http.problems import documented
from shared.http.requests import CREATE, Posted, ReadingFor, answered, changed
from shared.http.uploads import Arriving
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["hardship grants"])

MOST_BYTES = 20_000_000
"""Of one file, whatever a rule says: how much a request may be."""
UPLOADS = {"/v1/hardship-applications/{application_id}/evidence": MOST_BYTES}

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself. What it is, is read from it, and its name is not kept.",
        "content": {"application/octet-stream": _BINARY},
    }
}
_EVIDENCE = {
    200: {"description": "The file.", "content": dict.fromkeys(MEDIA_TYPES, _BINARY)},
    **documented(401, 403, 404, 409, 422, 503),
}


@router.post(
    "/hardship-applications/{application_id}/evidence",
    response_model=ApplicationView,
    responses=CREATE,
    openapi_extra=_FILE,
)
async def add_hardship_evidence(application_id: UUID, caller: Applicant, arriving: Arriving, stores: Wired) -> Response:
    """PDF, JPEG, PNG or WebP, until it is submitted. It is kept sealed under the member's key."""
    order = await arriving.command(caller)
    within, spool, today = stores.grant_applications.within(caller), arriving.spool, campus_day(order.at)
    seen = (await stores.grant_applications.get(application_id, within)).state
    rule = await stores.grant_rules.on(today)
    if spool.size > rule.evidence_bytes:
        raise BodyTooLarge(limit_bytes=rule.evidence_bytes)
    media_type = media_type_of(spool.beginning)
    file = Evidence(file_id=new_id(), media_type=media_type, size=spool.size, added_at=order.at)
    seen.attach(file, rule)

    async def keep() -> Answer:
        await stores.grant_evidence.put(file.file_id, seen.member_id, spool.pieces(), on=today)
        try:
            return await stores.grant_applications.change(
                application_id,
                lambda application: application.attach(file, rule),
                order,
                changed(ApplicationView.of),
                within,
            )
        except Unavailable:
            # It may be said already that the file is there.
            raise
        except RuleBroken:
            await stores.grant_evidence.delete(file.file_id)
            raise

    return await answered(keep())


@router.post(
    "/hardship-applications/{application_id}/evidence/{file_id}/removals",
    response_model=ApplicationView,
    responses=CREATE,
)
async def remove_hardship_evidence(
    application_id: UUID, file_id: UUID, caller: Applicant, command: Posted, stores: Wired
) -> Response:
    """Until it is submitted."""
    order = await command(caller)
    response = await step(application_id, caller, order, stores, lambda application, _: application.detach(file_id))
    await stores.grant_evidence.delete(file_id)
    return response


@router.get(
    "/hardship-applications/{application_id}/evidence/{file_id}",
    response_class=StreamingResponse,
    responses=_EVIDENCE,
)
async def read_hardship_evidence(
    application_id: UUID, file_id: UUID, caller: Reader, reading: ReadingFor, stores: Wired
) -> Response:
    """Who reads it, and for what purpose, is put on record."""
    within = stores.grant_applications.within(caller)
    application = (await stores.grant_applications.get(application_id, within)).state
    file, why = application.file(file_id), reading(caller)
    purpose = why.of(application.member_id)
    content = await stores.grant_evidence.open(file_id)
    await stores.foundation.audit.append(
        Entry(
            action="grant_evidence.opened",
            actor=caller.id,
            persons=(application.member_id,),
            subject_kind=stores.grant_evidence.kind,
            subject_id=file_id,
            fields=("evidence",),
            purpose=purpose,
            correlation_id=why.correlation_id,
        )
    )
    ending = ENDINGS[file.media_type]
    headers = attached(f"evidence-{file_id}.{ending}", f"证明材料-{file_id}.{ending}")
    nosniff = {"X-Content-Type-Options": "nosniff", "Content-Length": str(file.size)}
    return StreamingResponse(content, media_type=file.media_type, headers={**headers, **nosniff})
