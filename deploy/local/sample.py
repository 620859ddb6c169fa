"""A small invented college: enough units, members, roles and a congress to try everything, entered through the APIs."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.errors import LocalStackError
from deploy.local.issuer import LocalIssuer, RoleClaim
from deploy.local.settings import CONSUMER_PORT_OFFSET, LocalSettings
from shared.clock import campus_day
from shared.roles import Permit

_LOADER = UUID("00000000-0000-4000-8000-00000000f00d")
_LOADS_AS: list[RoleClaim] = [
    {"role": "administrator", "unit_id": None},
    {"role": "finance_officer", "unit_id": None},
]
_KEEP_A_DIRECTORY = ("proposals", "welfare", "events", "notifications")
_NOT_OF_THE_ROSTER = ("member", "delegate")
"""Everybody is a member; delegates are seated by the congress."""
_CAUGHT_UP_SECONDS = 60
_QUIET_SECONDS = 4


ACCOUNT = "service_account"
"""Of another system: no member, though it has a number here to be named by."""


@dataclass(frozen=True)
class Unit:
    key: str
    name: str
    name_en: str
    kind: str
    parent: str | None = None
    branch_union: bool = False


@dataclass(frozen=True)
class Member:
    staff_number: str
    name: str
    sex: str
    unit: str
    role: str
    scope: str | None = None
    language: str = "zh-CN"


UNITS = (
    Unit("school", "示例学院", "Sample College", "school"),
    Unit("engineering", "工程系", "Faculty of Engineering", "faculty", "school", branch_union=True),
    Unit("electronics", "电子教研室", "Electronics Section", "faculty", "engineering"),
    Unit("arts", "人文系", "Faculty of Arts", "faculty", "school", branch_union=True),
    Unit("logistics", "后勤处", "Logistics Department", "office", "school", branch_union=True),
    Unit("library", "图书馆", "Library", "office", "school", branch_union=True),
)

MEMBERS = (
    Member("T0001", "林知行", "male", "logistics", "administrator"),
    Member("T0002", "苏晓禾", "female", "arts", "union_officer"),
    Member("T0003", "周望舒", "female", "engineering", "branch_chair", "engineering"),
    Member("T0004", "韩青屿", "male", "electronics", "branch_officer", "engineering"),
    Member("T0005", "江云帆", "male", "electronics", "delegate"),
    Member("T0006", "何景和", "male", "arts", "delegate"),
    Member("T0007", "沈若溪", "female", "library", "delegate", language="en"),
    Member("T0008", "唐以宁", "female", "engineering", "delegate"),
    Member("T0009", "梁思远", "male", "arts", "branch_chair", "arts"),
    Member("T0010", "叶清嘉", "female", "logistics", "finance_officer"),
    Member("T0011", "方允执", "male", "library", "audit_committee"),
    Member("T0012", "程乐之", "female", "arts", "proposal_committee"),
    Member("T0013", "许慎言", "male", "logistics", "department_handler", "logistics"),
    Member("T0014", "顾怀瑾", "female", "library", "school_leader"),
    Member("T0015", "陆星野", "male", "engineering", "judge"),
    Member("T0016", "白露微", "female", "electronics", "member"),
    Member("T0017", "示例对接系统", "", "library", ACCOUNT),
)
"""The first with a role is whom `make token ROLE=...` speaks for."""


@dataclass(frozen=True)
class Sample:
    """The ids that the services gave. `call` is the call for proposals that is open."""

    run: str
    complete: bool
    units: dict[str, str]
    members: dict[str, str]
    call: str = ""
    begun_at: str = ""

    def member_id(self, staff_number: str) -> UUID:
        return UUID(self.members[staff_number])

    def token(self, issuer: LocalIssuer, *, role: str = "", staff_number: str = "") -> str:
        """For the member of that number, or else for the first that holds the role. Raises LocalStackError.

        It says who calls; what they may do the roster says.
        """
        for member in MEMBERS:
            if member.staff_number == staff_number or (not staff_number and member.role == role):
                if staff_number and role not in ("", member.role, "member"):
                    raise LocalStackError(
                        f"{staff_number} holds the role {member.role}, not {role}: leave ROLE out, and the roles that "
                        "the roster gives are those that count."
                    )
                return issuer.token(self.member_id(member.staff_number), [])
        roles = ", ".join(dict.fromkeys(member.role for member in MEMBERS))
        first, last = MEMBERS[0].staff_number, MEMBERS[-1].staff_number
        raise LocalStackError(
            f"There is no sample member {staff_number}: there are {first} to {last}."
            if staff_number
            else f"There is no sample member with the role {role}: choose one of {roles}."
        )


def read(settings: LocalSettings) -> Sample | None:
    file = _file(settings)
    return Sample(**json.loads(file.read_text())) if file.exists() else None


def _file(settings: LocalSettings) -> Path:
    return settings.data / "sample.json"


def _write(settings: LocalSettings, sample: Sample) -> None:
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(asdict(sample), indent=1))
    written.replace(file)


def load(settings: LocalSettings, issuer: LocalIssuer) -> tuple[Sample, bool]:
    """Enter the sample unless it is there. Returns it and whether it was entered now. Raises LocalStackError."""
    headers = {"Authorization": f"Bearer {issuer.token(_LOADER, _LOADS_AS)}"}
    with httpx.Client(headers=headers, timeout=20, trust_env=False) as http:
        known = read(settings)
        if known and known.complete and _exists(http, settings, known):
            return known, False
        # The keys of an attempt that was cut off are used again, so that nothing is entered twice.
        now = datetime.now(UTC).isoformat(timespec="seconds")
        begun = known if known and not known.complete else Sample(uuid4().hex, False, {}, {}, begun_at=now)
        _write(settings, begun)
        entering = _Entering(http, settings, begun.run)
        units, members = _enter_roster(entering)
        joined = sum(member.role != ACCOUNT for member in MEMBERS)
        given = sum(member.role not in _NOT_OF_THE_ROSTER for member in MEMBERS)
        _wait_until_known(settings, len(UNITS) + joined + given)
        begun_at = datetime.fromisoformat(begun.begun_at)
        call = _enter_congress(entering, units, members, begun_at)
        _enter_budget(entering, begun_at)
        sample = replace(begun, complete=True, units=units, members=members, call=call)
    _write(settings, sample)
    return sample, True


def _exists(http: httpx.Client, settings: LocalSettings, sample: Sample) -> bool:
    # A database that was changed or emptied behind our back has none of the members.
    first = sample.members[MEMBERS[0].staff_number]
    places = (f"{settings.api('members')}/v1/members/{first}", f"{settings.api('proposals')}/v1/calls/{sample.call}")
    return all(http.get(place).status_code == 200 for place in places)


@dataclass(frozen=True)
class _Entering:
    http: httpx.Client
    settings: LocalSettings
    run: str

    def post(self, service: str, path: str, what: str, body: dict[str, Any]) -> str:
        """The id of what was entered. Raises LocalStackError."""
        key = str(uuid5(UUID(self.run), what))
        answer = self.http.post(f"{self.settings.api(service)}{path}", json=body, headers={"Idempotency-Key": key})
        if answer.status_code != 201:
            raise LocalStackError(f"The sample could not be entered: {what} was refused with {answer.text[:300]}")
        return str(answer.json()["id"])


def _enter_roster(entering: _Entering) -> tuple[dict[str, str], dict[str, str]]:
    """The ids of the units by their keys, and of the members by their staff numbers."""
    units: dict[str, str] = {}
    for unit in UNITS:
        units[unit.key] = entering.post(
            "members",
            "/v1/units",
            unit.key,
            {
                "name": unit.name,
                "name_en": unit.name_en,
                "kind": unit.kind,
                "parent_id": units[unit.parent] if unit.parent else None,
                "branch_union": unit.branch_union,
            },
        )
    members: dict[str, str] = {}
    for member in MEMBERS:
        if member.role == ACCOUNT:
            members[member.staff_number] = str(uuid5(UUID(entering.run), member.name))
        else:
            members[member.staff_number] = entering.post(
                "members",
                "/v1/members",
                member.staff_number,
                {
                    "staff_number": member.staff_number,
                    "name": member.name,
                    "sex": member.sex,
                    "unit_id": units[member.unit],
                    "language": member.language,
                    "joined_union_on": "2020-09-01",
                },
            )
        if member.role not in _NOT_OF_THE_ROSTER:
            entering.post(
                "members",
                "/v1/role-assignments",
                f"{member.staff_number} {member.role}",
                {
                    "member_id": members[member.staff_number],
                    "role": member.role,
                    "unit_id": units[member.scope] if member.scope else None,
                    "from_date": "2020-09-01",
                    "reason": "示例数据 sample",
                    "permits": list(Permit) if member.role == ACCOUNT else [],
                },
            )
    return units, members


def _enter_congress(entering: _Entering, units: dict[str, str], members: dict[str, str], begun_at: datetime) -> str:
    """The staff congress with its delegates, and a call for proposals that is open for a year: its id."""
    body = {"kind": "staff_congress", "unit_id": units["school"], "name": "示例学院教职工代表大会"}
    congress = entering.post("proposals", "/v1/bodies", "body", body)
    term = entering.post("proposals", f"/v1/bodies/{congress}/terms", "term", {"number": 13, "begins_on": "2020-09-01"})
    for member in MEMBERS:
        if member.role == "delegate":
            seat = {"member_id": members[member.staff_number], "how": "elected", "elected_on": "2020-09-01"}
            entering.post("proposals", f"/v1/terms/{term}/delegates", f"{member.staff_number} seat", seat)
    held = (begun_at + timedelta(days=365)).date().isoformat()
    session = {"number": 3, "held_from": held, "held_until": held}
    held_id = entering.post("proposals", f"/v1/terms/{term}/sessions", "session", session)
    window = {"opens_at": begun_at.isoformat(), "closes_at": (begun_at + timedelta(days=363)).isoformat()}
    return entering.post("proposals", f"/v1/sessions/{held_id}/calls", "call", window)


_BUDGET_FEN = {"activities": 200_000_000, "rights": 60_000_000, "operations": 20_000_000}
"""What each category has in the year of the sample, in fen."""


def _enter_budget(entering: _Entering, begun_at: datetime) -> None:
    year = campus_day(begun_at).year
    for category, granted in _BUDGET_FEN.items():
        envelope = {"year": year, "category": category, "granted_fen": granted, "document": "示例学院工会年度预算"}
        entering.post("welfare", "/v1/envelopes", f"{category} envelope", envelope)


def _wait_until_known(settings: LocalSettings, events: int) -> None:
    """Until the other services have heard of everybody, so that the first command anybody tries works."""
    deadline = time.monotonic() + _CAUGHT_UP_SECONDS
    before: dict[str, int] = {}
    changed_at = time.monotonic()
    while True:
        handled = {service: _handled(settings, service) for service in _KEEP_A_DIRECTORY}
        if all(number >= events for number in handled.values()):
            return
        now = time.monotonic()
        if handled != before:
            before, changed_at = handled, now
        # An attempt that was cut off had its first part heard then, and is not counted by these processes.
        if now - changed_at > _QUIET_SECONDS and _pending(settings) == 0 and all(handled.values()):
            return
        if now > deadline:
            raise LocalStackError(
                f"The services did not hear of the sample members within {_CAUGHT_UP_SECONDS} s: "
                f"the logs of the consumers are in {settings.logs}."
            )
        time.sleep(0.1)


def _handled(settings: LocalSettings, service: str) -> int:
    port = settings.port(service) + CONSUMER_PORT_OFFSET
    return int(
        sum(
            value
            for labels, value in _samples(f"http://127.0.0.1:{port}", "union_events_handled_total")
            if labels["type"].startswith("union.members.") and not re.search(r"\.(restricted|keys)\.", labels["type"])
        )
    )


def _pending(settings: LocalSettings) -> int:
    return int(sum(value for _, value in _samples(settings.api("members"), "union_outbox_pending")))


def _samples(address: str, name: str) -> Sequence[tuple[dict[str, str], float]]:
    try:
        text = httpx.get(f"{address}/metrics", timeout=5, trust_env=False).text
    except httpx.HTTPError:
        return []
    return [
        (sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    ]
