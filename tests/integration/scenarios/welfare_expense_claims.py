"""How each route of expense claims is asked by the matrix of access. The subject claims."""

from typing import Any

from deploy.access_table import Row
from shared.contracts.welfare.funds import Category
from shared.roles import Role
from tests.campus import Campus, Client
from tests.integration.land import Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send, unique
from tests.money import open_this_year, treasurer

CLAIMS = "/v1/expense-claims"
SMALL = 5_000
"""Below what the policy asks anybody's signature for: whoever may sign, may sign alone."""


def claim_body(amount_fen: int = SMALL, **change: Any) -> dict[str, Any]:
    return {
        "title": "春季登山活动物资",
        "category": "operations",
        "items": [item_body(amount_fen)],
        **change,
    }


def item_body(amount_fen: int, **change: Any) -> dict[str, Any]:
    return {
        "what": "饮用水",
        "amount_fen": amount_fen,
        "spent_on": "2022-06-01",
        "issuer": "某超市",
        "receipt_number": unique("R"),
        **change,
    }


async def act(client: Client, claim: str, step: str, body: Any, who: Bearer, *, status: int = 200) -> dict[str, Any]:
    return await client.post("welfare", f"{CLAIMS}/{claim}/{step}", body, who, status=status)


STEPS: dict[str, Any] = {
    "revisions": None,
    "approvals": {},
    "returns": {"note": "请补充发票号码"},
    "rejections": {"note": "不属于工会支出"},
    "withdrawals": None,
    "payments": None,
    "refunds": {"amount_fen": 1_000},
}
BEFORE: dict[str, tuple[str, ...]] = {
    "revisions": ("returns",),
    "payments": ("approvals",),
    "refunds": ("approvals", "payments"),
}


async def _claim(land: Land, step: str = "") -> str:
    """Of the subject, as far as it has to be for the step."""
    await land.once(
        "envelope of claims",
        lambda: open_this_year(land.campus, land.section, Category.OPERATIONS, 100_000_000),
    )
    made = await land.campus.post("welfare", CLAIMS, claim_body(), land.themself(Role.MEMBER))
    for before in BEFORE.get(step, ()):
        who = treasurer(land.campus) if before == "payments" else land.campus.officer
        await act(land.campus, made["id"], before, STEPS[before], who)
    return str(made["id"])


def step(name: str) -> Scenario:
    async def ask(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
        """Who is not to get through leaves it as it was."""
        shared = f"claim for {name}"
        made = await land.once(shared, lambda: _claim(land, name))
        body = claim_body() if name == "revisions" else STEPS[name]
        answer = await send(campus, row, who, ids={"claim_id": made}, body=body)
        if answer.is_success:
            del land.made[shared]
        return answer, answer.is_success

    return Scenario(Kind.CHANGE, ask)


async def submit(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body=claim_body())
    return answer, answer.is_success


async def list_claims(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("claim", lambda: _claim(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_claim(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("claim", lambda: _claim(land))
    answer = await send(campus, row, who, ids={"claim_id": made})
    return answer, answer.is_success


WELFARE_EXPENSE_CLAIMS: Scenarios = {
    ("welfare", "submit_expense_claim"): Scenario(Kind.CREATE_OWN, submit),
    ("welfare", "list_expense_claims"): Scenario(Kind.LIST, list_claims),
    ("welfare", "get_expense_claim"): Scenario(Kind.READ, get_claim),
    ("welfare", "revise_expense_claim"): step("revisions"),
    ("welfare", "approve_expense_claim"): step("approvals"),
    ("welfare", "return_expense_claim"): step("returns"),
    ("welfare", "reject_expense_claim"): step("rejections"),
    ("welfare", "withdraw_expense_claim"): step("withdrawals"),
    ("welfare", "pay_expense_claim"): step("payments"),
    ("welfare", "refund_expense_claim"): step("refunds"),
}
