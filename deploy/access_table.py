"""The table of who may call what, written from the routes themselves: `python -m deploy.access_table [--check]`."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from deploy.local.settings import ROOT, SERVICES
from shared.http.entrances import Unguarded, of_routers
from shared.http.requests import Guard
from shared.roles import Role
from shared.service import Service

TABLE = ROOT / "docs" / "access.md"

_HEAD = """\
# Who may call what

Made from the code by `make contracts`; `make check` fails where it is out of date, and where a route has no rule.

How far a role reaches: **everything**, whatever the scope of the role; its **scope**, the units in which it is held and
what lies below them; the **school**, where it is held for the whole school only; or what is the caller's **own**. What
lies outside is not found (404). What everybody with a token is: `member`.

A `service_account` is the account of another system: no member and nothing else beside. It may call what it has the
permit for, a word of its token's `scope` or of the roster, within the units that it was given.
"""


class Row(NamedTuple):
    service: str
    method: str
    path: str
    name: str
    rules: Guard


def routes(services: Iterable[str] = SERVICES) -> Iterator[Row]:
    """Raises Unguarded, which names the service."""
    for name in services:
        service: Service[Any] = import_module(f"services.{name}.app").SERVICE
        try:
            entrances = of_routers(service.routers)
        except Unguarded as error:
            raise Unguarded(f"{name}: {error}") from None
        for entrance in entrances:
            yield Row(name, entrance.method, entrance.path, entrance.name, entrance.guard)


def table() -> str:
    lines = [_HEAD]
    service = ""
    for row in routes():
        if row.service != service:
            service = row.service
            lines += ["", f"## {service}", "", "| route | who, how far |", "|---|---|"]
        lines.append(f"| `{row.method} {row.path}` | {_who(row)} |")
    return "\n".join(lines) + "\n"


def _who(row: Row) -> str:
    access = row.rules.access
    permit = {Role.SERVICE_ACCOUNT: f" with `{access.permit}`"}
    return ", ".join(f"{role}{permit.get(role, '')} ({access.rules[role]})" for role in Role if role in access.rules)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the table of who may call what.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is wrong")
    try:
        made = table()
    except Unguarded as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if parser.parse_args().check:
        if not TABLE.exists() or TABLE.read_text() != made:
            sys.stderr.write(f"{TABLE.relative_to(ROOT)} is out of date. Run `make contracts` and look at the diff.\n")
            return 1
        sys.stdout.write("access: every route has its rule\n")
        return 0
    TABLE.write_text(made)
    sys.stdout.write(f"wrote {TABLE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
