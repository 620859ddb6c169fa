"""Marked values in everything sensitive about a hardship grant, by every way that there is."""

from typing import Any, NamedTuple
from uuid import uuid4

from shared.roles import Role
from tests.campus import Client
from tests.integration.granting import (
    APPLICATIONS,
    PDF,
    application_body,
    attach,
    finance,
    fund,
    open_round,
    today,
)

GRANT: dict[str, Any] = {
    "kind": "disaster",
    "household_members": ["canary-household"],
    "yearly_income_fen": 141_421_356,
    "yearly_expenses_fen": 173_205_081,
    "circumstances": "canary-circumstances",
    "asked_fen": 87_123_457,
    "covered_by_mutual_aid_fen": 16_180_339,
    "review_reason": "income_above_the_line",
    "review_text": "canary-review",
    "grade": "canary-grade",
    "proposed_fen": 31_415_927,
    "approved_fen": 27_182_819,
    "decision_text": "canary-cancelled",
}
"""The kind is of a draft, as rounds name the kinds that they take."""
OBJECTION: dict[str, Any] = {"text": "canary-objection", "ruling_text": "canary-ruled-on"}
FILE = "canary-file-9b2e"

IN_THE_RULES = str(GRANT["grade"]).encode()
"""Whoever may read the rules knows the grades, and an application keeps its rule: which one it has is sealed."""
THE_RULES = {"welfare.grant_rules", "welfare.grant_applications"}
IN_THE_BOOKS = str(GRANT["approved_fen"]).encode()
"""The accounts hold what was reserved, and say not for whom."""
THE_BOOKS = {"welfare.spendings", "welfare.journal", "welfare.envelopes", "welfare.fund_decisions", "welfare.outbox"}


class Asked(NamedTuple):
    """`drafted` is of the kind, `declined` has the reason, `cancelled` the rest."""

    drafted: str
    declined: str
    cancelled: str
    objection: str
    refusals: list[tuple[str, str, Any, Any]]


async def ask_for_grants(campus: Client, member: str, unit: str) -> Asked:
    await fund(campus)
    into = await open_round(campus, kinds=["hardship", "hospital_stay"])
    rule = {
        "effective_from": today(),
        "source": "校工发〔2022〕3号",
        "grades": [{"grade": GRANT["grade"], "amount_fen": 99_999_999}],
        "notice_days": 5,
        "once_a_year": True,
        "couple_once": True,
        "aid_excluded": True,
        "evidence_at_least": 1,
        "evidence_at_most": 5,
        "evidence_bytes": 1_000_000,
    }
    await campus.post("welfare", "/v1/hardship-rules", rule, campus.officer)
    decision = {"decided_on": today(), "subject": "困难补助", "document": "纪要", "granted_fen": 900_000_000}
    decided = (await campus.post("welfare", "/v1/fund-decisions", decision, campus.officer))["id"]
    branch = campus.issuer.bearer(uuid4(), (Role.BRANCH_CHAIR, None))
    asked = {name: GRANT[name] for name in application_body(into) if name in GRANT}
    covered = {"covered_by_mutual_aid_fen": GRANT["covered_by_mutual_aid_fen"]}
    body = application_body(into, **{**asked, **covered})

    def keyed(who: dict[str, str]) -> dict[str, str]:
        return {**who, "Idempotency-Key": uuid4().hex}

    themself = campus.issuer.bearer(member)
    made = []
    for kind in (GRANT["kind"], "hospital_stay", "hardship"):
        each = str((await campus.post("welfare", APPLICATIONS, {**body, "kind": kind}, keyed(themself)))["id"])
        await attach(campus, each, keyed(themself), PDF + FILE.encode() * 10_000)
        made.append(each)
    drafted, declined, cancelled = made
    turned_down = {"reason": GRANT["review_reason"], "text": GRANT["review_text"]}
    supported = {"published_on": today(), "text": GRANT["review_text"]}
    graded = {"grade": GRANT["grade"], "proposed_fen": GRANT["proposed_fen"]}
    granted = {
        "met_on": today(),
        "document": "工会委员会纪要",
        "amount_fen": GRANT["approved_fen"],
        "fund_decision_id": decided,
    }
    steps: list[tuple[str, str, Any, dict[str, str]]] = [
        (declined, "submissions", None, themself),
        (declined, "declinings", turned_down, branch),
        (cancelled, "submissions", None, themself),
        (cancelled, "supports", supported, branch),
        (cancelled, "gradings", graded, campus.officer),
        (cancelled, "grants", granted, campus.officer),
    ]
    for each, step, sent, who in steps:
        await campus.post("welfare", f"{APPLICATIONS}/{each}/{step}", sent, keyed(who), status=200)
    objector = campus.issuer.bearer(await another(campus, unit))
    path = f"{APPLICATIONS}/{cancelled}/objections"
    objection = (await campus.post("welfare", path, {"text": OBJECTION["text"]}, keyed(objector)))["id"]
    ruling = {"upheld": False, "text": OBJECTION["ruling_text"]}
    path = f"/v1/hardship-objections/{objection}/rulings"
    await campus.post("welfare", path, ruling, keyed(campus.officer), status=200)
    path = f"{APPLICATIONS}/{cancelled}/cancellations"
    await campus.post("welfare", path, {"text": GRANT["decision_text"]}, keyed(campus.officer), status=200)
    refusals: list[tuple[str, str, Any, Any]] = [
        ("welfare", APPLICATIONS, {**body, "asked_fen": str(GRANT["asked_fen"])}, themself),
        ("welfare", APPLICATIONS, {**body, "x": GRANT["circumstances"]}, themself),
        ("welfare", f"{APPLICATIONS}/{declined}/declinings", turned_down, branch),
        ("welfare", f"{APPLICATIONS}/{cancelled}/gradings", graded, campus.officer),
        ("welfare", f"{APPLICATIONS}/{cancelled}/grants", granted, campus.officer),
        ("welfare", f"{APPLICATIONS}/{cancelled}/payments", None, finance(campus)),
        ("welfare", f"{APPLICATIONS}/{cancelled}/objections", {"text": OBJECTION["text"]}, objector),
        ("welfare", path, {"text": GRANT["decision_text"]}, themself),
    ]
    return Asked(drafted, declined, cancelled, str(objection), refusals)


async def another(campus: Client, unit: str) -> str:
    made = await campus.member(unit)
    await campus.heard_of("welfare", made)
    return made


async def still_there(campus: Client, asked: Asked, member: str) -> dict[str, Any]:
    """What those read who may."""
    themself = campus.issuer.bearer(member)
    drafted, declined, cancelled = [
        await campus.get("welfare", f"{APPLICATIONS}/{each}/details", themself) for each in asked[:3]
    ]
    return {**cancelled, "kind": drafted["kind"], "review_reason": declined["review_reason"]}
