"""Hardship grants for tests of the API: money to pay them from, a round, and applications as far as a step needs."""

from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.roles import Role
from tests.campus import Client, until

APPLICATIONS = "/v1/hardship-applications"
PDF = b"%PDF-1.7\n" + b"proof of a stay in hospital " * 40
BUDGET_FEN = 90_000_000_000

Bearer = dict[str, str]


def today() -> str:
    return clock.campus_day(clock.now()).isoformat()


def finance(campus: Client) -> Bearer:
    return campus.issuer.bearer(uuid4(), (Role.FINANCE_OFFICER, None))


async def fund(campus: Client) -> None:
    """The school has money for the rights of members this year, whoever gives it."""
    year = int(today()[:4])
    body = {
        "year": year,
        "category": "rights",
        "granted_fen": BUDGET_FEN,
        "document": "校工会〔2022〕1号",
    }
    answer = await campus.http["welfare"].post("/v1/envelopes", json=body, headers=finance(campus))
    assert answer.status_code in (201, 409), answer.text


async def open_round(campus: Client, **change: Any) -> str:
    """It takes every kind, all year."""
    school = await campus.school()

    async def known() -> Any:
        where = {"_id": UUID(school), "kind": "school"}
        return await campus.database("welfare")["directory_units"].find_one(where)

    await until(known, what="the school in welfare")
    body = {
        "unit_id": school,
        "title": "困难补助全年申报",
        "kinds": ["serious_illness", "hospital_stay", "hardship", "disaster"],
        "opens_on": today(),
        **change,
    }
    return str((await campus.post("welfare", "/v1/hardship-rounds", body, campus.officer))["id"])


def application_body(round_id: str, **change: Any) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "kind": "serious_illness",
        "household_members": ["本人，在职", "配偶，患病"],
        "yearly_income_fen": 6_000_000,
        "yearly_expenses_fen": 9_000_000,
        "circumstances": "家人患病，支出较大",
        "asked_fen": 400_000,
        **change,
    }


async def attach(campus: Client, application: str, who: Bearer, content: bytes = PDF, *, status: int = 200) -> Any:
    answer = await campus.http["welfare"].post(f"{APPLICATIONS}/{application}/evidence", content=content, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


STEPS: dict[str, dict[str, Any] | None] = {
    "submissions": None,
    "supports": {"published_on": today(), "text": "情况属实"},
    "returns": {"reason": "evidence_incomplete", "text": "请补充材料"},
    "declinings": {"reason": "income_above_the_line", "text": "收入高于标准"},
    "gradings": {"grade": "A"},
    "grants": {"met_on": today(), "document": "工会委员会纪要〔2022〕4号", "amount_fen": 300_000},
    "refusals": {"met_on": today(), "document": "工会委员会纪要〔2022〕4号", "text": "不符合条件"},
    "cancellations": {"text": "情况不实"},
    "withdrawals": None,
    "payments": None,
}
BEFORE: dict[str, tuple[str, ...]] = {
    "submissions": (),
    "withdrawals": (),
    "supports": ("submissions",),
    "returns": ("submissions",),
    "declinings": ("submissions",),
    "gradings": ("submissions", "supports"),
    "grants": ("submissions", "supports", "gradings"),
    "refusals": ("submissions", "supports", "gradings"),
    "objections": ("submissions", "supports", "gradings", "grants"),
    "cancellations": ("submissions", "supports", "gradings", "grants"),
    "payments": ("submissions", "supports", "gradings", "grants", "notice"),
    "paid": ("submissions", "supports", "gradings", "grants", "notice", "payments"),
}


async def take(campus: Client, application: str, step: str, member: str, **change: Any) -> dict[str, Any]:
    """One step, by somebody who may: the member, an officer of the school, or the accounts."""
    who = {"submissions": campus.issuer.bearer(member), "payments": finance(campus)}.get(step, campus.officer)
    body = STEPS[step]
    sent = {**body, **change} if body is not None else None
    return await campus.post("welfare", f"{APPLICATIONS}/{application}/{step}", sent, who, status=200)


async def end_notice(campus: Client, application: str) -> None:
    """As if its last day were over: whatever does what falls due does the rest."""
    applications = campus.database("welfare")["grant_applications"]
    past = {"notice_until": "2022-06-09", "derived.due_at": clock.now()}
    await applications.update_one({"_id": UUID(application)}, {"$set": past})

    async def approved() -> Any:
        return await applications.find_one({"_id": UUID(application), "state": "approved"})

    await until(approved, what="the end of the notice")


async def applied(campus: Client, round_id: str, member: str, step: str, **change: Any) -> str:
    """An application of the member, with evidence, as far as it has to be for the step."""
    themself = campus.issuer.bearer(member)
    made = await campus.post("welfare", APPLICATIONS, application_body(round_id, **change), themself)
    application = str(made["id"])
    await attach(campus, application, themself)
    for before in BEFORE[step]:
        if before == "notice":
            await end_notice(campus, application)
        else:
            await take(campus, application, before, member)
    return application
