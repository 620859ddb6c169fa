"""How each route of service cards is asked by the matrix of access. The subject has a card, one at a time."""

import itertools
from typing import Any

from deploy.access_table import Row
from tests.campus import Campus
from tests.integration.land import DAY, Asked, Bearer, Kind, Land, Scenario, Scenarios, listing, send
from tests.integration.scenarios.appeals import today

_numbers = itertools.count()
SHEET = "工号,卡号\nNOBODY,6217000000000000\n"


def card_number() -> str:
    return f"6217{next(_numbers):012d}"


async def batch(land: Land) -> str:
    body = {"unit_id": land.section}
    return str((await land.campus.post("welfare", "/v1/card-batches", body, land.campus.officer))["id"])


async def applied(land: Land) -> str:
    """A batch in which a card is applied for, for the subject; the one that they had is cancelled."""
    officer, http = land.campus.officer, land.campus.http["welfare"]
    for card in (await land.campus.get("welfare", f"/v1/service-cards?member_id={land.subject}", officer))["items"]:
        path = f"/v1/service-cards/{card['id']}/cancellations"
        await http.post(path, json={"because": "entered_by_mistake"}, headers=officer)
    made = await batch(land)
    path = f"/v1/card-batches/{made}/applications"
    done = await land.campus.post("welfare", path, {"member_ids": [land.subject]}, officer, status=200)
    assert done["counts"]["new"] == 1
    return made


async def submitted(land: Land) -> str:
    made = await applied(land)
    path = f"/v1/card-batches/{made}/submissions"
    await land.campus.post("welfare", path, None, land.campus.officer, status=200)
    return made


async def refused(land: Land) -> str:
    """A batch in which all is answered."""
    made = await submitted(land)
    body = {"on": today(), "answers": [{"member_id": land.subject, "refusal": "other"}]}
    await land.campus.post("welfare", f"/v1/card-batches/{made}/answers", body, land.campus.officer, status=200)
    return made


async def card(land: Land, *steps: str) -> str:
    officer = land.campus.officer
    made = await submitted(land)
    body = {"on": DAY, "answers": [{"member_id": land.subject, "card_number": card_number()}]}
    await land.campus.post("welfare", f"/v1/card-batches/{made}/answers", body, officer, status=200)
    (found,) = (await land.campus.get("welfare", f"/v1/service-cards?batch_id={made}", officer))["items"]
    for step in steps:
        await land.campus.post("welfare", f"/v1/service-cards/{found['id']}/{step}", {"on": DAY}, officer, status=200)
    return str(found["id"])


async def open_card_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, body={"unit_id": land.section})
    return answer, answer.is_success


async def list_card_batches(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed card batch", lambda: batch(land))
    answer = await send(campus, row, who, query="?limit=200")
    return answer, listing(made, answer)


async def get_card_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("card batch", lambda: batch(land))
    answer = await send(campus, row, who, ids={"batch_id": made})
    return answer, answer.is_success


async def apply_for_cards(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("card batch", lambda: batch(land))
    answer = await send(campus, row, who, ids={"batch_id": made}, body={"member_ids": [land.delegates[0]]})
    return answer, answer.is_success


async def import_card_applications(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    path = row.path.format(batch_id=await land.once("card batch", lambda: batch(land)))
    answer = await campus.http[row.service].post(path, content=SHEET.encode(), headers=who)
    return answer, answer.is_success


async def submit_card_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"batch_id": await applied(land)})
    return answer, answer.is_success


async def take_card_answers(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("submitted card batch", lambda: submitted(land))
    body = {"on": DAY, "answers": [{"member_id": land.delegates[0], "card_number": card_number()}]}
    answer = await send(campus, row, who, ids={"batch_id": made}, body=body)
    return answer, answer.is_success


async def import_card_answers(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    path = row.path.format(batch_id=await land.once("submitted card batch", lambda: submitted(land)))
    answer = await campus.http[row.service].post(f"{path}?on={DAY}", content=SHEET.encode(), headers=who)
    return answer, answer.is_success


async def close_card_batch(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    answer = await send(campus, row, who, ids={"batch_id": await refused(land)})
    return answer, answer.is_success


async def list_service_cards(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("listed service card", lambda: card(land))
    answer = await send(campus, row, who, query=f"?member_id={land.subject}&limit=200")
    return answer, listing(made, answer)


async def get_service_card(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    made = await land.once("service card", lambda: card(land))
    query = "?purpose=handling" if row.path.endswith("/details") else ""
    answer = await send(campus, row, who, ids={"card_id": made}, query=query)
    return answer, answer.is_success


async def change_service_card(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    step = row.path.rpartition("/")[2]
    bodies: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
        "pick-ups": ((), {"on": DAY}),
        "losses": ((), {"on": DAY}),
        "replacements": (("losses",), {"on": DAY, "card_number": card_number()}),
        "cancellations": ((), {"because": "at_own_wish"}),
    }
    before, body = bodies[step]
    answer = await send(campus, row, who, ids={"card_id": await card(land, *before)}, body=body)
    return answer, answer.is_success


async def read_service_card_figures(campus: Campus, land: Land, row: Row, who: Bearer) -> Asked:
    await land.once("listed service card", lambda: card(land))
    answer = await send(campus, row, who, query=f"?year={today()[:4]}")
    return answer, answer.is_success and answer.json()["applied"] > 0


SERVICE_CARDS: Scenarios = {
    ("welfare", "open_card_batch"): Scenario(Kind.CREATE, open_card_batch),
    ("welfare", "list_card_batches"): Scenario(Kind.LIST, list_card_batches),
    ("welfare", "get_card_batch"): Scenario(Kind.READ, get_card_batch),
    ("welfare", "apply_for_cards"): Scenario(Kind.CHANGE, apply_for_cards),
    ("welfare", "import_card_applications"): Scenario(Kind.CHANGE, import_card_applications),
    ("welfare", "submit_card_batch"): Scenario(Kind.CHANGE, submit_card_batch),
    ("welfare", "take_card_answers"): Scenario(Kind.CHANGE, take_card_answers),
    ("welfare", "import_card_answers"): Scenario(Kind.CHANGE, import_card_answers),
    ("welfare", "close_card_batch"): Scenario(Kind.CHANGE, close_card_batch),
    ("welfare", "list_service_cards"): Scenario(Kind.LIST, list_service_cards),
    ("welfare", "get_service_card"): Scenario(Kind.READ, get_service_card),
    ("welfare", "read_service_card_details"): Scenario(Kind.READ, get_service_card),
    ("welfare", "pick_up_service_card"): Scenario(Kind.CHANGE, change_service_card),
    ("welfare", "report_service_card_lost"): Scenario(Kind.CHANGE, change_service_card),
    ("welfare", "replace_service_card"): Scenario(Kind.CHANGE, change_service_card),
    ("welfare", "cancel_service_card"): Scenario(Kind.CHANGE, change_service_card),
    ("welfare", "read_service_card_figures"): Scenario(Kind.LIST, read_service_card_figures),
}
