"""Routes of what people take away: the workbook of forms and cases, and the collection of a call (提案汇编)."""

import tempfile
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.proposals.api.callers import Wired
from services.proposals.api.figure_readers import Reader, WantedForms
from services.proposals.exports.collection import content_of, render
from services.proposals.exports.sheet import write_figures
from shared.http.downloads import DOCX, XLSX, attached, file_of, streamed
from shared.http.requests import LIST, READ

router = APIRouter(prefix="/v1", tags=["proposal figures"])


@router.get("/proposal-exports/sheet", response_class=Response, responses={**LIST, **file_of(XLSX)})
async def export_proposal_sheet(caller: Reader, wanted: WantedForms, stores: Wired) -> Response:
    """A workbook: a row for each form, and on a second sheet one for each case and opinion."""
    file = tempfile.TemporaryFile(prefix="proposals-")  # noqa: SIM115  the answer closes it when it was sent
    try:
        await write_figures(file, stores, wanted, caller)
    except BaseException:
        file.close()
        raise
    return streamed(file, XLSX, attached("proposals.xlsx", "提案.xlsx"))


@router.get("/proposal-exports/collection", response_class=Response, responses={**READ, **file_of(DOCX)})
async def export_proposal_collection(
    request: Request, caller: Reader, stores: Wired, call_id: Annotated[UUID, Query()]
) -> Response:
    """The forms of a call but those that were withdrawn, with what became of them, as a Word document."""
    call = (await stores.calls.get(call_id, stores.calls.within(caller))).state
    content = await content_of(stores, call)
    template = request.app.state.settings.proposals_collection_template
    document = await anyio.to_thread.run_sync(render, content, template)
    return Response(document, media_type=DOCX, headers=attached("collection.docx", f"{content['body']}提案汇编.docx"))
