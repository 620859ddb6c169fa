"""How each route of members is asked by the matrix of access."""

from deploy.access_table import Row
from shared.roles import Role
from tests.campus import Campus, until
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send, unique


def unit_body(land: Land) -> dict[str, object]:
    return {"name": "某科室", "name_en": "A section", "kind": "office", "parent_id": land.section}


async def unit(land: Land) -> str:
    return str((await land.campus.post("members", "/v1/units", unit_body(land), land.campus.administrator))["id"])


async def establish_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=unit_body(land))
    return answer, answer.is_success


async def list_units(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await unit(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"unit_id": land.section})
    return answer, answer.is_success


async def rename_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await unit(land)
    body = {"name": "某处", "name_en": "An office"}
    answer = await send(campus, row, who, ids={"unit_id": made}, body=body, headers={"If-Match": '"1"'})
    return answer, answer.is_success


def member_body(land: Land) -> dict[str, object]:
    return {
        "staff_number": unique("M"),
        "name": "示例会员",
        "sex": "male",
        "unit_id": land.section,
        "joined_union_on": DAY,
    }


async def enter_member(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=member_body(land))
    return answer, answer.is_success


async def list_members(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    async def number() -> str:
        found = await campus.get("members", f"/v1/members/{land.subject}", campus.administrator)
        return str(found["staff_number"])

    answer = await send(campus, row, who, query=f"?staff_number={await land.once('staff number', number)}")
    return answer, listing(land.subject, answer)


async def get_member(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"member_id": land.subject})
    return answer, answer.is_success


async def change_details(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    found = await campus.http["members"].get(f"/v1/members/{land.subject}", headers=campus.administrator)
    headers = {"If-Match": found.headers["etag"]}
    answer = await send(campus, row, who, ids={"member_id": land.subject}, body={"language": "en"}, headers=headers)
    return answer, answer.is_success


async def role_body(land: Land) -> dict[str, object]:
    """Of a member of the section who does not hold it yet."""
    return {
        "member_id": await member(land),
        "role": "branch_officer",
        "unit_id": land.section,
        "from_date": DAY,
        "reason": "选举产生",
    }


async def role_assignment(land: Land, *, of: str | None = None) -> str:
    body = {**await role_body(land), **({"member_id": of} if of else {})}
    return str((await land.campus.post("members", "/v1/role-assignments", body, land.campus.administrator))["id"])


async def grant_role(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=await role_body(land))
    return answer, answer.is_success


async def list_role_assignments(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("role", lambda: role_assignment(land, of=land.subject))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_role_assignment(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("role", lambda: role_assignment(land, of=land.subject))
    answer = await send(campus, row, who, ids={"assignment_id": made})
    return answer, answer.is_success


async def revoke_role(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await role_assignment(land)
    body = {"until_date": "2022-07-01", "reason": "任期届满"}
    answer = await send(campus, row, who, ids={"assignment_id": made}, body=body)
    return answer, answer.is_success


async def move_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """Below the section, by whoever reaches both."""
    answer = await send(
        campus, row, who, ids={"unit_id": await unit(land)}, body={"parent_id": land.section, "reason": "机构调整"}
    )
    return answer, answer.is_success


async def change_branch_union(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"unit_id": await unit(land)}, body={"branch_union": True})
    return answer, answer.is_success


async def close_unit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"unit_id": await unit(land)}, body={"on": DAY, "reason": "撤销"})
    return answer, answer.is_success


async def member(land: Land) -> str:
    body = member_body(land)
    return str((await land.campus.post("members", "/v1/members", body, land.campus.administrator))["id"])


async def details(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"member_id": land.subject}, query="?purpose=handling")
    return answer, answer.is_success


async def transfer(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    """From the section into the faculty above it."""
    body = {"unit_id": land.above, "on": DAY, "reason": "调动"}
    answer = await send(campus, row, who, ids={"member_id": await member(land)}, body=body)
    return answer, answer.is_success


async def happen(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"on": DAY, "reason": "办理"}
    answer = await send(campus, row, who, ids={"member_id": await member(land)}, body=body)
    return answer, answer.is_success


async def reinstate(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made, body = await member(land), {"on": DAY, "reason": "返聘"}
    await land.campus.post("members", f"/v1/members/{made}/retirements", body, land.campus.administrator, status=200)
    answer = await send(campus, row, who, ids={"member_id": made}, body={**body, "unit_id": land.section})
    return answer, answer.is_success


async def resume(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made, body = await member(land), {"on": DAY, "reason": "办理"}
    path = f"/v1/members/{made}/membership-endings"
    await land.campus.post("members", path, body, land.campus.administrator, status=200)
    answer = await send(campus, row, who, ids={"member_id": made}, body=body)
    return answer, answer.is_success


async def couple(land: Land, *, of: str | None = None) -> str:
    body = {"member_ids": [of or await member(land), await member(land)], "since": DAY}
    return str((await land.campus.post("members", "/v1/couples", body, land.campus.administrator))["id"])


async def record_couple(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    body = {"member_ids": [await member(land), await member(land)], "since": DAY}
    answer = await send(campus, row, who, body=body)
    return answer, answer.is_success


async def list_couples(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("couple", lambda: couple(land, of=land.subject))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_couple(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("couple", lambda: couple(land, of=land.subject))
    answer = await send(campus, row, who, ids={"couple_id": made})
    return answer, answer.is_success


async def end_couple(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"couple_id": await couple(land)}, body={"on": DAY, "reason": "办理"})
    return answer, answer.is_success


async def person_request(land: Land, right: str = "exports") -> str:
    path = f"/v1/members/{land.subject}/{right}"
    return str((await land.campus.post("members", path, None, land.themself(Role.MEMBER)))["id"])


async def ask_by_right(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"member_id": land.subject})
    return answer, answer.is_success


async def list_person_requests(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await person_request(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_person_request(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("person request", lambda: person_request(land))
    answer = await send(campus, row, who, ids={"request_id": made})
    return answer, answer.is_success


async def gathered(land: Land) -> str:
    made = await person_request(land)

    async def ready() -> bool:
        found = await land.campus.get("members", f"/v1/person-requests/{made}", land.themself(Role.MEMBER))
        return bool(found["state"] == "ready")

    await until(ready, what="the archive")
    return made


async def fetch_archive(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("archive", lambda: gathered(land))
    answer = await send(campus, row, who, ids={"request_id": made})
    return answer, answer.is_success


async def cleared(land: Land) -> str:
    """A request to erase somebody who has left, to which nobody objects."""
    made, body = await member(land), {"on": DAY, "reason": "离职"}
    await land.campus.post("members", f"/v1/members/{made}/departures", body, land.campus.administrator, status=200)
    asked = await land.campus.post("members", f"/v1/members/{made}/erasures", None, land.campus.administrator)

    async def ready() -> bool:
        found = await land.campus.get("members", f"/v1/person-requests/{asked['id']}", land.campus.administrator)
        return bool(found["state"] == "ready")

    await until(ready, what="the answers to the erasure")
    return str(asked["id"])


async def confirm_erasure(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("cleared request", lambda: cleared(land))
    answer = await send(campus, row, who, ids={"request_id": made})
    if answer.is_success:
        # It is used up: whoever asks next needs another one.
        del land.made["cleared request"]
    return answer, answer.is_success


def consent_body() -> dict[str, object]:
    return {"purpose": "photo-publication", "text_version": 1}


async def consent(land: Land) -> str:
    return str((await land.campus.post("members", "/v1/consents", consent_body(), land.themself(Role.MEMBER)))["id"])


async def read_consent_texts(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who)
    return answer, answer.is_success


async def give_consent(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=consent_body())
    return answer, answer.is_success


async def list_consents(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("consent", lambda: consent(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_consent(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("consent", lambda: consent(land))
    answer = await send(campus, row, who, ids={"consent_id": made})
    return answer, answer.is_success


async def withdraw_consent(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"consent_id": await consent(land)})
    return answer, answer.is_success


SHEET = "工号,姓名,性别,部门,入会日期\nX-1,示例会员,女,没有的单位,2020-09-01\n"


async def roster(land: Land) -> str:
    answer = await land.campus.http["members"].post(
        "/v1/roster-imports", content=SHEET.encode(), headers=land.campus.administrator
    )
    return str(answer.json()["id"])


async def checked(land: Land) -> str:
    made = await roster(land)
    body, path = {"mapping": None}, f"/v1/roster-imports/{made}"
    await land.campus.post("members", f"{path}/dry-runs", body, land.campus.administrator, status=202)

    async def done() -> bool:
        return bool((await land.campus.get("members", path, land.campus.administrator))["state"] == "checked")

    await until(done, what="the dry run")
    return made


async def upload_roster(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await campus.http["members"].post(row.path, content=SHEET.encode(), headers=dict(who))
    return answer, answer.is_success


async def list_roster_imports(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await roster(land)
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def of_a_roster(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("roster", lambda: checked(land))
    answer = await send(campus, row, who, ids={"import_id": made})
    return answer, answer.is_success


async def run_roster_dry(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"import_id": await roster(land)}, body={})
    return answer, answer.is_success


async def apply_roster(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"import_id": await checked(land)})
    return answer, answer.is_success


async def export_roster(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, query="?purpose=handling")
    return answer, answer.is_success


MEMBERS: Scenarios = {
    ("members", "upload_roster"): Scenario(Kind.CREATE, upload_roster),
    ("members", "list_roster_imports"): Scenario(Kind.LIST, list_roster_imports),
    ("members", "get_roster_import"): Scenario(Kind.READ, of_a_roster),
    ("members", "list_roster_rows"): Scenario(Kind.READ, of_a_roster),
    ("members", "fetch_roster_report"): Scenario(Kind.READ, of_a_roster),
    ("members", "run_roster_import_dry"): Scenario(Kind.CHANGE, run_roster_dry),
    ("members", "apply_roster_import"): Scenario(Kind.CHANGE, apply_roster),
    ("members", "export_roster"): Scenario(Kind.READ, export_roster),
    ("members", "establish_unit"): Scenario(Kind.CREATE, establish_unit),
    ("members", "list_units"): Scenario(Kind.LIST, list_units),
    ("members", "get_unit"): Scenario(Kind.READ, get_unit),
    ("members", "rename_unit"): Scenario(Kind.CHANGE, rename_unit),
    ("members", "enter_member"): Scenario(Kind.CREATE, enter_member),
    ("members", "list_members"): Scenario(Kind.LIST, list_members),
    ("members", "get_member"): Scenario(Kind.READ, get_member),
    ("members", "read_member_details"): Scenario(Kind.READ, details),
    ("members", "change_details"): Scenario(Kind.CHANGE, change_details),
    ("members", "transfer_member"): Scenario(Kind.CHANGE, transfer),
    ("members", "retire_member"): Scenario(Kind.CHANGE, happen),
    ("members", "let_member_go"): Scenario(Kind.CHANGE, happen),
    ("members", "reinstate_member"): Scenario(Kind.CHANGE, reinstate),
    ("members", "end_membership"): Scenario(Kind.CHANGE, happen),
    ("members", "resume_membership"): Scenario(Kind.CHANGE, resume),
    ("members", "move_unit"): Scenario(Kind.CHANGE, move_unit),
    ("members", "change_branch_union"): Scenario(Kind.CHANGE, change_branch_union),
    ("members", "close_unit"): Scenario(Kind.CHANGE, close_unit),
    ("members", "record_couple"): Scenario(Kind.CREATE, record_couple),
    ("members", "list_couples"): Scenario(Kind.LIST, list_couples),
    ("members", "get_couple"): Scenario(Kind.READ, get_couple),
    ("members", "end_couple"): Scenario(Kind.CHANGE, end_couple),
    ("members", "request_export"): Scenario(Kind.CHANGE, ask_by_right),
    ("members", "request_erasure"): Scenario(Kind.CHANGE, ask_by_right),
    ("members", "list_person_requests"): Scenario(Kind.LIST, list_person_requests),
    ("members", "get_person_request"): Scenario(Kind.READ, get_person_request),
    ("members", "fetch_archive"): Scenario(Kind.READ, fetch_archive),
    ("members", "confirm_erasure"): Scenario(Kind.CHANGE, confirm_erasure),
    ("members", "read_consent_texts"): Scenario(Kind.READ, read_consent_texts),
    ("members", "give_consent"): Scenario(Kind.CREATE_OWN, give_consent),
    ("members", "list_consents"): Scenario(Kind.LIST, list_consents),
    ("members", "get_consent"): Scenario(Kind.READ, get_consent),
    ("members", "withdraw_consent"): Scenario(Kind.CHANGE, withdraw_consent),
    ("members", "grant_role"): Scenario(Kind.CREATE, grant_role),
    ("members", "list_role_assignments"): Scenario(Kind.LIST, list_role_assignments),
    ("members", "get_role_assignment"): Scenario(Kind.READ, get_role_assignment),
    ("members", "revoke_role"): Scenario(Kind.CHANGE, revoke_role),
}
