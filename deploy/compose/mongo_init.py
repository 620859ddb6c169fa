"""Make MongoDB ready for the services: the replica set, and a user for each service with nothing but its own database.
To the entries of its audit log, which are in a database of their own, a service may add and no more.

May run as often as wanted. A password that changed in the environment is changed in the database.
"""

import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

Client = MongoClient[dict[str, Any]]

_PASSWORD = "_MONGO_PASSWORD"  # noqa: S105  the end of the variables' names
_NOT_INITIATED = 94
_WRONG_PASSWORD = 18
_SECONDS = 120
AUDIT = "_audit"
"""The end of the name of the database of a service's audit entries. Nothing in it is changed or removed."""
APPENDER = "appender"
APPEND = ["find", "insert", "createCollection", "createIndex"]


def users_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Passwords by service: MEMBERS_MONGO_PASSWORD is the one of members."""
    return {
        name.removesuffix(_PASSWORD).lower(): password
        for name, password in sorted(environment.items())
        if name.endswith(_PASSWORD)
    }


def initiate(client: Client, host: str) -> None:
    """Raises TimeoutError when the node does not become primary."""
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            client.admin.command("replSetGetStatus")
            break
        except OperationFailure as error:
            if error.code != _NOT_INITIATED:
                raise
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": host}]})
        except ConnectionFailure:
            # The server starts twice when its data folder is new: once for its root user, once for good.
            _pause(deadline)
    while not client.admin.command("hello")["isWritablePrimary"]:
        _pause(deadline)


def _pause(deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise TimeoutError
    time.sleep(0.2)


def grant(client: Client, service: str, password: str) -> None:
    own = f"union_{service}"
    audit = client.get_database(f"{own}{AUDIT}")
    entries = {"db": f"{own}{AUDIT}", "collection": "audit_entries"}
    there = audit.command("rolesInfo", APPENDER)["roles"]
    audit.command(
        "updateRole" if there else "createRole",
        APPENDER,
        privileges=[{"resource": entries, "actions": APPEND}],
        roles=[],
    )
    database = client.get_database(own)
    known = database.command("usersInfo", service)["users"]
    database.command(
        "updateUser" if known else "createUser",
        service,
        pwd=password,
        roles=[{"role": "readWrite", "db": own}, {"role": APPENDER, "db": f"{own}{AUDIT}"}],
    )


def main() -> None:
    host = os.environ["MONGO_HOST"]
    client: Client = MongoClient(
        host,
        username=os.environ["MONGO_ROOT_USERNAME"],
        password=os.environ["MONGO_ROOT_PASSWORD"],
        directConnection=True,
        serverSelectionTimeoutMS=2_000,
    )
    try:
        initiate(client, host)
        users = users_of(os.environ)
        for service, password in users.items():
            grant(client, service, password)
    except OperationFailure as error:
        if error.code != _WRONG_PASSWORD:
            raise
        sys.exit("MONGO_ROOT_PASSWORD is not the one that the data volume was made with.")
    except TimeoutError:
        sys.exit(f"MongoDB at {host} did not become primary within {_SECONDS} s.")
    finally:
        client.close()
    sys.stdout.write(f"replica set rs0 is up, users: {', '.join(users)}\n")


if __name__ == "__main__":
    main()
