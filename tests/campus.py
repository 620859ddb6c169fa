"""All services at work in one process, on real servers: what tests speak to."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx

from deploy.local.infrastructure import Infrastructure
from deploy.local.issuer import LocalIssuer
from deploy.local.processes import Child, free_port
from deploy.local.settings import SERVICES
from shared import kafka
from shared.consumer import topics_of
from shared.contracts.topics import all_topics
from shared.roles import Role
from shared.service import Running, Service, create_app, make_consumer, make_relay, running
from shared.settings import Settings

T = TypeVar("T")

EVERYWHERE = None


async def until(look: Callable[[], Awaitable[T | None]], *, seconds: float = 20, what: str = "it") -> T:
    """Look again and again until there is something. A bound, not a measure: it fails when nothing ever comes."""
    deadline = time.monotonic() + seconds
    while True:
        found = await look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {seconds} s")
        await asyncio.sleep(0.01)


class Issuer:
    """The local issuer as its own process, as in `make run`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.tokens = LocalIssuer(folder / "key.json", f"http://127.0.0.1:{self.port}")
        command = [sys.executable, "-m", "deploy.local.issuer", str(folder / "key.json"), str(self.port)]
        self.process = Child("issuer", command, log=folder / "issuer.log")

    def bearer(self, subject: UUID | str, *roles: tuple[Role, str | None]) -> dict[str, str]:
        claims = [{"role": role.value, "unit_id": unit} for role, unit in roles]
        return {"Authorization": f"Bearer {self.tokens.token(UUID(str(subject)), claims)}"}


def service_of(name: str) -> Service[Any]:
    service: Service[Any] = import_module(f"services.{name}.app").SERVICE
    return service


def settings_for(infrastructure: Infrastructure, issuer: str, **given: Any) -> Settings:
    """With a topic prefix of its own unless one is given."""
    environment = {name.lower(): value for name, value in infrastructure.environment().items()}
    prefix = f"t{uuid4().hex[:12]}"
    return Settings.model_validate(
        {"topic_prefix": prefix, "oidc_issuer": issuer, "topic_partitions": 3, **environment, **given}
    )


async def make_topics(infrastructure: Infrastructure, settings: Settings) -> None:
    if not infrastructure.embedded:
        await kafka.ensure_topics(settings, all_topics(settings.topic_prefix))


class Campus:
    """The services over databases and topics of their own. `http[name]` is the API of a service."""

    def __init__(self, infrastructure: Infrastructure, issuer: Issuer, **settings: Any) -> None:
        self.infrastructure = infrastructure
        self.issuer = issuer
        self.settings = settings_for(infrastructure, issuer.tokens.url, **settings)
        self.http: dict[str, httpx.AsyncClient] = {}
        self.running: dict[str, Running[Any]] = {}
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[Any]] = []
        self.administrator = issuer.bearer(uuid4(), (Role.ADMINISTRATOR, EVERYWHERE))
        self.officer = issuer.bearer(uuid4(), (Role.UNION_OFFICER, EVERYWHERE))

    async def __aenter__(self) -> "Campus":
        await make_topics(self.infrastructure, self.settings)
        for name in SERVICES:
            await self._open(name)
        return self

    async def _open(self, name: str) -> None:
        database = {"mongo_database": f"{self.settings.topic_prefix}_{name}"}
        run = await self._stack.enter_async_context(
            running(service_of(name), self.settings.model_copy(update=database))
        )
        self.running[name] = run
        transport = httpx.ASGITransport(app=create_app(run), raise_app_exceptions=False)
        self.http[name] = await self._stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url=f"http://{name}")
        )
        self._tasks.append(asyncio.create_task(make_relay(run).run(), name=f"{name}-relay"))
        handlers = run.service.handlers
        if handlers is not None:
            topics = topics_of(handlers, self.settings.topic_prefix)
            group = f"{self.settings.topic_prefix}.{name}"
            source = kafka.make_consumer(self.settings, *topics, group=group, client_id=name)
            await source.start()
            self._stack.push_async_callback(source.stop)
            publisher = kafka.Publisher(self.settings, client_id=f"{name}-dead-letters")
            self._stack.push_async_callback(publisher.discard)
            consumer = make_consumer(run, handlers, source, publisher)
            self._tasks.append(asyncio.create_task(consumer.run(), name=f"{name}-consumer"))

    async def __aexit__(self, *error: object) -> None:
        broken = [task for task in self._tasks if task.done()]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for run in self.running.values():
            await run.foundation.client.drop_database(run.foundation.database.name)
        await self._stack.aclose()
        for task in broken:
            raise AssertionError(f"{task.get_name()} ended by itself") from task.exception()

    async def post(
        self, service: str, path: str, body: Mapping[str, Any] | None, who: Mapping[str, str], *, status: int = 201
    ) -> dict[str, Any]:
        answer = await self.http[service].post(path, json=body, headers=dict(who))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, service: str, path: str, who: Mapping[str, str], *, status: int = 200) -> dict[str, Any]:
        answer = await self.http[service].get(path, headers=dict(who))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def unit(self, kind: str = "faculty", parent: str | None = None, *, branch: bool = True) -> str:
        body = {"name": "某单位", "name_en": "A unit", "kind": kind, "parent_id": parent, "branch_union": branch}
        return str((await self.post("members", "/v1/units", body, self.administrator))["id"])

    async def member(self, unit_id: str, *, name: str = "某某", language: str = "zh-CN") -> str:
        body = {
            "staff_number": f"N{uuid4().hex[:10]}",
            "name": name,
            "sex": "female",
            "unit_id": unit_id,
            "language": language,
            "joined_union_on": "2020-09-01",
        }
        return str((await self.post("members", "/v1/members", body, self.administrator))["id"])

    async def role(self, member_id: str, role: Role, unit_id: str | None = None) -> dict[str, str]:
        """Grant it; the bearer that holds it."""
        body = {
            "member_id": member_id,
            "role": role.value,
            "unit_id": unit_id,
            "from_date": "2020-09-01",
            "reason": "选举产生",
        }
        await self.post("members", "/v1/role-assignments", body, self.administrator)
        return self.issuer.bearer(member_id, (role, unit_id))

    async def heard_of(self, service: str, member_id: str, role: Role | None = None) -> None:
        """Until the service's own directory has the member, and the role."""
        directory = self.running[service].stores.directory
        where: dict[str, Any] = {"_id": UUID(member_id)}
        collection = directory.members
        if role is not None:
            where = {"member_id": UUID(member_id), "role": role.value}
            collection = directory.roles

        async def look() -> Any:
            return await collection.find_one(where)

        await until(look, what=f"member {member_id} in {service}")

    async def inbox(self, member_id: str, *, topic: str, language: str = "zh-CN") -> dict[str, Any]:
        """The member's newest notice of the topic, when it has come."""

        async def look() -> dict[str, Any] | None:
            page = await self.get("notifications", "/v1/inbox", self.issuer.bearer(member_id))
            return next((item for item in page["items"] if item["topic"] == topic), None)

        return await until(look, what=f"a notice of {topic}")
