"""Routes of the roster as a spreadsheet: handed in, run dry, applied, and taken away."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from services.members.api.callers import AdministratorOfTheSchool, Wired
from services.members.domain.roster import REPEATS, Outcome, RosterImport, State, folded, told_apart
from services.members.imports import Imports, look_at, with_reasons
from services.members.store import MembersStores
from shared.access import Caller
from shared.aggregate import Decision
from shared.audit import PERSONS_OF_AN_ENTRY, Entry
from shared.command import Answer, Command
from shared.errors import Text, Unavailable, titles
from shared.http.bodies import Body, View
from shared.http.messages import field_message
from shared.http.problems import documented, prefers_english
from shared.http.requests import (
    CREATE,
    LIST,
    READ,
    NextCursor,
    Paged,
    Posted,
    ReadingFor,
    Uploaded,
    answered,
    changed,
    created,
    listed,
    shown,
)
from shared.ids import new_id
from shared.purposes import Purpose, PurposeMissing
from shared.sheets import write_sheet
from shared.words import chinese

router = APIRouter(prefix="/v1", tags=["roster"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The sheet itself: .xlsx, or CSV in UTF-8 or GB18030.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_SHEET = {200: {"description": "A workbook.", "content": {XLSX: {}}}, **documented(401, 403, 404, 409, 422, 503)}


Change = Callable[[RosterImport], Decision[RosterImport]]


class Progress(View):
    phase: str
    done: int
    total: int | None
    at: datetime


class RosterImportView(View):
    """`mapping` says which column is which field. `counts` are of the newest run, by outcome."""

    id: UUID
    columns: tuple[str, ...]
    mapping: dict[str, str]
    rows: int | None
    other_sheets: int
    state: State
    counts: dict[Outcome, int]
    uploaded_by: UUID
    uploaded_at: datetime


class RosterImportDetails(RosterImportView):
    progress: Progress | None = None


class RosterImportPage(View):
    items: list[RosterImportView]
    next: NextCursor


class RunDry(Body):
    mapping: Annotated[
        dict[str, str] | None, Field(description="Column by field, where the guess is wrong.", max_length=20)
    ] = None


class VerdictReason(View):
    field: str
    rule: str
    detail: str


class VerdictView(View):
    """`number` is the row as the spreadsheet program counts; for who is missing it goes on behind the last."""

    number: int
    staff_number: str | None
    outcome: Outcome
    fields: tuple[str, ...]
    reasons: list[VerdictReason]


class VerdictPage(View):
    items: list[VerdictView]
    next: Annotated[int | None, Field(description="`after` of the following page; null on the last.")]


@router.post("/roster-imports", status_code=201, response_model=RosterImportView, responses=CREATE, openapi_extra=_FILE)
async def upload_roster(caller: AdministratorOfTheSchool, upload: Uploaded, stores: Wired) -> Response:
    """Hand in a sheet. It is kept sealed for seven days; nothing is changed by it yet."""
    order = await upload.command(caller)
    found = await look_at(upload.content)
    import_id, key = new_id(), stores.keyring.masters.new_key()
    await stores.sheets.keep(import_id, key, upload.content)
    return await answered(
        stores.imports.create(
            lambda: RosterImport.upload(
                import_id,
                sha256=hashlib.sha256(upload.content).hexdigest(),
                columns=found.columns,
                rows=found.rows,
                other_sheets=found.other_sheets,
                key=key,
                by=caller.id,
                at=order.at,
            ),
            order,
            created(RosterImportView.of, "/v1/roster-imports"),
        )
    )


@router.get("/roster-imports", response_model=RosterImportPage, responses=LIST)
async def list_roster_imports(caller: AdministratorOfTheSchool, page: Paged, stores: Wired) -> Any:
    found = await stores.imports.page(stores.imports.within(caller), limit=page.limit, cursor=page.cursor)
    return listed(RosterImportView.of, found)


@router.get("/roster-imports/{import_id}", response_model=RosterImportDetails, responses=READ)
async def get_roster_import(import_id: UUID, caller: AdministratorOfTheSchool, stores: Wired) -> Response:
    """With how far the newest run is."""
    found = await stores.imports.get(import_id, stores.imports.within(caller))
    progress = await stores.sheets.progress(import_id)
    return shown(
        lambda state: RosterImportDetails.of(state).model_copy(
            update={"progress": Progress.model_validate(progress, from_attributes=False) if progress else None}
        ),
        found,
    )


async def _run(
    request: Request, found: RosterImport, order: Command, caller: Caller, stores: MembersStores, change: Change
) -> Response:
    """Nobody else may begin from here on; so what is answered, and kept for a repeat, is what then happens."""
    if not hasattr(request.app.state, "imports"):
        request.app.state.imports = Imports(stores)
    imports: Imports = request.app.state.imports
    apply = change is RosterImport.apply
    change(found)
    begun = await imports.begin(found)
    try:
        # Somebody may have run it by another mapping before it was ours.
        accepted = change((await stores.imports.get(found.id)).state).state
        action = "roster.applied" if apply else "roster.checked"
        entry = Entry(action, order.actor, (), stores.imports.what, found.id, tuple(accepted.mapping), Purpose.HANDLING)
        await stores.foundation.audit.append(entry)
    except BaseException:
        await imports.leave(begun)
        raise
    try:
        answer = await stores.imports.change(found.id, change, order, _accepted, stores.imports.within(caller))
    except Unavailable:
        # It may have been written: a repeat would then be told that it runs.
        await imports.go(begun, accepted, order, apply=apply)
        raise
    except BaseException:
        await imports.leave(begun)
        raise
    await imports.go(begun, accepted, order, apply=apply)
    return Response(answer.body, 202, dict(answer.headers), media_type="application/json")


@router.post("/roster-imports/{import_id}/dry-runs", status_code=202, response_model=RosterImportView, responses=CREATE)
async def run_roster_import_dry(
    import_id: UUID, body: RunDry, request: Request, caller: AdministratorOfTheSchool, command: Posted, stores: Wired
) -> Response:
    """Say row by row what the import would do. It goes on in the background: see its progress."""
    order = await command(caller)
    found = (await stores.imports.get(import_id, stores.imports.within(caller))).state
    mapping = body.mapping if body.mapping is not None else found.mapping
    return await _run(request, found, order, caller, stores, lambda found: found.map_columns(mapping))


@router.post(
    "/roster-imports/{import_id}/applications", status_code=202, response_model=RosterImportView, responses=CREATE
)
async def apply_roster_import(
    import_id: UUID, request: Request, caller: AdministratorOfTheSchool, command: Posted, stores: Wired
) -> Response:
    """Do it. Once more changes nothing more; who is missing from the sheet is never removed."""
    order = await command(caller)
    found = (await stores.imports.get(import_id, stores.imports.within(caller))).state
    return await _run(request, found, order, caller, stores, RosterImport.apply)


def _accepted(found: Any) -> Answer:
    answer = changed(RosterImportView.of)(found)
    return Answer(202, answer.body, answer.headers)


@router.get("/roster-imports/{import_id}/rows", response_model=VerdictPage, responses=READ)
async def list_roster_rows(
    import_id: UUID,
    request: Request,
    caller: AdministratorOfTheSchool,
    stores: Wired,
    outcome: Annotated[Outcome | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int, Query(ge=-1, description="The number of the row to go on behind.")] = -1,
) -> Any:
    await stores.imports.get(import_id, stores.imports.within(caller))
    rows = await stores.sheets.verdicts(import_id, outcome=outcome, after=after, limit=limit + 1)
    english = prefers_english(request.headers.get("accept-language", ""))
    items = [
        VerdictView.model_validate({**row, "reasons": _told(row["reasons"], english=english)}) for row in rows[:limit]
    ]
    return VerdictPage(items=items, next=items[-1].number if len(rows) > limit else None)


def _told(reasons: list[dict[str, str]], *, english: bool) -> list[dict[str, str]]:
    told = []
    for reason in reasons:
        text = _words(reason["rule"])
        told.append({**reason, "detail": text.en if english else text.zh})
    return told


def _words(rule: str) -> Text:
    """Of a rule of fields, or of one that a change would break."""
    if rule.startswith(REPEATS):
        row = rule.removeprefix(REPEATS)
        return Text(zh=f"与第 {row} 行重复", en=f"is in row {row} too")
    return titles().get(rule) or field_message(rule, {})


@router.get("/roster-imports/{import_id}/report", response_class=Response, responses=_SHEET)
async def fetch_roster_report(
    import_id: UUID, request: Request, caller: AdministratorOfTheSchool, stores: Wired
) -> Response:
    """The sheet that was handed in, with what each row comes to and why beside it."""
    found = (await stores.imports.get(import_id, stores.imports.within(caller))).state
    content = await stores.sheets.read(found.id, found.key)
    english = prefers_english(request.headers.get("accept-language", ""))
    verdicts = {}
    for row in await stores.sheets.verdicts(import_id):
        told = [
            f"{reason['field'] if english else chinese(reason['field'])}: {reason['detail']} ({reason['rule']})"
            for reason in _told(row["reasons"], english=english)
        ]
        verdicts[row["number"]] = (str(row["outcome"]), "; ".join(told))
    await stores.foundation.audit.append(
        Entry("roster-report.fetched", caller.id, (), stores.imports.what, import_id, (), Purpose.HANDLING)
    )
    return Response(await with_reasons(content, verdicts), media_type=XLSX, headers=_ATTACHED)


_ATTACHED = {"Content-Disposition": 'attachment; filename="roster.xlsx"', "Cache-Control": "no-store"}
_COLUMNS = {
    "staff_number": "工号",
    "name": "姓名",
    "sex": "性别",
    "unit": "部门",
    "joined_union_on": "入会日期",
    "employment": "状态",
    "birth_date": "出生日期",
    "phone": "手机",
    "email": "邮箱",
}
_WORDS = {"female": "女", "male": "男", "in_post": "在职", "retired": "退休", "left": "离职"}


@router.get("/roster-exports", response_class=Response, responses=_SHEET)
async def export_roster(caller: AdministratorOfTheSchool, reading: ReadingFor, stores: Wired) -> Response:
    """The whole roster as a sheet that can be handed in again. Who takes it, and for what purpose, is put on record."""
    given = reading(caller)
    if given.purpose in (None, Purpose.OWN):
        raise PurposeMissing(field="purpose", one_of=[each for each in Purpose if each is not Purpose.OWN])
    units = {unit.state.id: unit.state.name async for unit in stores.units.all()}
    shared = {name for name, number in Counter(map(folded, units.values())).items() if number > 1}
    export_id = new_id()

    async def record(persons: Sequence[UUID]) -> None:
        await stores.foundation.audit.append_all(
            Entry(
                "roster.exported",
                caller.id,
                tuple(persons[at : at + PERSONS_OF_AN_ENTRY]),
                "roster",
                export_id,
                tuple(_COLUMNS),
                given.purpose,
                given.correlation_id,
            )
            for at in range(0, len(persons), PERSONS_OF_AN_ENTRY)
        )

    rows = []
    async for member in stores.members.all_opened(record):
        state = member.model_dump(include=set(_COLUMNS))
        unit = units[member.unit_id]
        unit = told_apart(unit, member.unit_id) if folded(unit) in shared else unit
        state |= {"unit": unit, "sex": _WORDS[member.sex], "employment": _WORDS[member.employment]}
        rows.append([state[name] for name in _COLUMNS])
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        target = Path(folder) / "roster.xlsx"
        await anyio.to_thread.run_sync(lambda: write_sheet(target, list(_COLUMNS.values()), rows))
        content = await anyio.to_thread.run_sync(target.read_bytes)
    return Response(content, media_type=XLSX, headers=_ATTACHED)
