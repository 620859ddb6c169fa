"""`python -m deploy.local run | up | down | token | fetch | clean`, which the Makefile calls."""

import argparse
import sys

from pydantic import ValidationError

from deploy.local.errors import LocalStackError
from deploy.local.settings import LocalSettings


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = arguments.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground; Ctrl-C stops it")
    commands.add_parser("up", help="the same in the background")
    commands.add_parser("down", help="stop what up started")
    commands.add_parser("fetch", help="download Kafka, when it is not there yet")
    commands.add_parser("clean", help="remove data and logs")
    token = commands.add_parser("token", help="print a bearer token")
    token.add_argument("--role", default="")
    token.add_argument("--member", default="", help="staff number of a sample member, instead of a role")
    given = arguments.parse_args()
    try:
        _carry_out(given, LocalSettings())
    except ValidationError as error:
        found = error.errors()[0]
        sys.exit(f"The setting {'.'.join(map(str, found['loc'])).upper()} is not valid: {found['msg']}.")
    except LocalStackError as error:
        sys.exit(str(error))


def _carry_out(given: argparse.Namespace, settings: LocalSettings) -> None:
    if sys.platform == "win32":
        raise LocalStackError("The local stack runs on Linux: use `docker compose up` instead.")
    from deploy.local import kafka, sample, stack

    match given.command:
        case "run":
            stack.run(settings)
        case "up":
            stack.up(settings)
        case "down":
            stack.down(settings)
        case "clean":
            stack.clean(settings)
        case "fetch":
            try:
                kafka.fetch(settings.downloads)
            except kafka.KafkaNotToBeHad as reason:
                raise LocalStackError(f"The real Kafka cannot be had here: {reason}.") from None
        case "token":
            known = sample.read(settings)
            if known is None or not known.complete:
                raise LocalStackError("There are no sample members yet: start the system with `make run` first.")
            role = given.role or ("" if given.member else "delegate")
            print(known.token(stack.issuer_in_use(settings), role=role, staff_number=given.member))


if __name__ == "__main__":
    main()
