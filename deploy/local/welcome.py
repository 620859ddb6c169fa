"""What the stack prints when it is ready: where things are and what to try."""

import shlex

from deploy.local.infrastructure import Infrastructure
from deploy.local.issuer import LocalIssuer
from deploy.local.sample import MEMBERS, Sample
from deploy.local.settings import SERVICES, LocalSettings


def show(
    settings: LocalSettings, infrastructure: Infrastructure, issuer: LocalIssuer, sample: Sample, *, seconds: float
) -> None:
    lines = [f"Ready after {seconds:.1f} s, on MongoDB and {infrastructure.broker}.", "", "APIs (each with /docs):"]
    lines += [f"  {service:<14} {settings.api(service)}" for service in SERVICES]
    lines += ["", "A token for each role, valid for 12 hours (`make token ROLE=<role>` prints a new one):"]
    for role in dict.fromkeys(member.role for member in MEMBERS):
        lines.append(f"  {role:<18} {sample.token(issuer, role=role)}")
    ends = "Ctrl-C stops everything; what `make up` has started, `make down` stops."
    lines += ["", *try_out(settings, sample), "", f"Logs: {settings.logs}", ends]
    print("\n".join(lines), flush=True)


def try_out(settings: LocalSettings, sample: Sample) -> list[str]:
    proposer, first, second = _delegates()
    proposal = (
        '{"title":"关于改善教师午休条件的提案","grounds":"教学楼内没有午休场所","suggestion":"开放两间休息室",'
        f'"category":"welfare","call_id":"{sample.call}","seconder_ids":["{sample.members[first]}","{sample.members[second]}"]}}'
    )
    return [
        "Try, in another terminal in this folder:",
        f"  # {proposer}, a delegate, files a proposal with two seconders",
        f"  curl -s {settings.api('proposals')}/v1/proposals {_bearer('delegate')} "
        f"-H 'Content-Type: application/json' -H \"Idempotency-Key: $(date +%s%N)\" -d {shlex.quote(proposal)}",
        f"  # the first seconder, {first}, finds the request in the inbox",
        f"  curl -s {settings.api('notifications')}/v1/inbox {_bearer('delegate', first)}",
        "  # an administrator reads the roster",
        f"  curl -s {settings.api('members')}/v1/members {_bearer('administrator')}",
    ]


def _delegates() -> list[str]:
    return [member.staff_number for member in MEMBERS if member.role == "delegate"][:3]


def _bearer(role: str, member: str = "") -> str:
    of = f"ROLE={role}" + (f" MEMBER={member}" if member else "")
    return f'-H "Authorization: Bearer $(make -s token {of})"'
