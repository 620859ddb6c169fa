"""The services at work on real servers, in one process or in processes of their own: what tests speak to."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
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
from deploy.local.supervisor import HttpProcess, wait_until_ready
from shared import kafka, mongo
from shared.audit import ENTRIES_DATABASE
from shared.consumer import topics_of
from shared.contracts.topics import all_topics
from shared.roles import Permit, Role
from shared.service import Running, Service, create_app, make_consumer, make_due_work, make_relay, running
from shared.settings import Settings
from tests.keys import SEALING

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
        self.keys = {name.upper(): value for name, value in SEALING.items()}
        self.process = Child("issuer", command, log=folder / "issuer.log")

    def bearer(
        self, subject: UUID | str, *roles: tuple[Role, str | None], permits: Iterable[Permit] = ()
    ) -> dict[str, str]:
        """`permits` are of the account of another system."""
        claims = [{"role": role.value, "unit_id": unit} for role, unit in roles]
        token = self.tokens.token(UUID(str(subject)), claims, scope=" ".join(["openid", *permits]))
        return {"Authorization": f"Bearer {token}"}


def service_of(name: str) -> Service[Any]:
    service: Service[Any] = import_module(f"services.{name}.app").SERVICE
    return service


def settings_for(infrastructure: Infrastructure, issuer: "Issuer", **given: Any) -> Settings:
    """With a topic prefix of its own unless one is given."""
    environment = {**infrastructure.environment(), **issuer.keys, "OIDC_ISSUER": issuer.tokens.url}
    prefix = f"t{uuid4().hex[:12]}"
    return Settings.model_validate(
        {"topic_prefix": prefix, "topic_partitions": 3, **{n.lower(): v for n, v in environment.items()}, **given}
    )


async def make_topics(infrastructure: Infrastructure, settings: Settings) -> None:
    if not infrastructure.embedded:
        await kafka.ensure_topics(settings, all_topics(settings.topic_prefix))


class Client:
    """What a test says to the services, wherever they run. `http[name]` is the API of a service."""

    http: dict[str, httpx.AsyncClient]

    def __init__(self, infrastructure: Infrastructure, issuer: Issuer, **settings: Any) -> None:
        self.infrastructure = infrastructure
        self.issuer = issuer
        self.settings = settings_for(infrastructure, issuer, **settings)
        self.http = {}
        self.administrator = issuer.bearer(uuid4(), (Role.ADMINISTRATOR, EVERYWHERE))
        self.officer = issuer.bearer(uuid4(), (Role.UNION_OFFICER, EVERYWHERE))
        self._mongo = mongo.connect(self.settings, name="tests")
        self._school: str | None = None

    def database_name(self, service: str) -> str:
        return f"{self.settings.topic_prefix}_{service}"

    def database(self, service: str) -> mongo.Database:
        named = self.settings.model_copy(update={"mongo_database": self.database_name(service)})
        return mongo.database(self._mongo, named, service)

    async def drop_databases(self) -> None:
        for service in SERVICES:
            for end in ("", ENTRIES_DATABASE):
                await self._mongo.drop_database(f"{self.database_name(service)}{end}")

    async def drop(self) -> None:
        await self.drop_databases()
        self._mongo.close()

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

    async def school(self) -> str:
        """There is one."""
        if self._school is None:
            self._school = await self._unit("school", None, branch=False)
        return self._school

    async def unit(self, parent: str | None = None, *, branch: bool = True) -> str:
        return await self._unit("faculty", parent or await self.school(), branch=branch)

    async def _unit(self, kind: str, parent: str | None, *, branch: bool) -> str:
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

    async def role(self, member_id: str, role: Role, unit_id: str | None = None, **more: Any) -> dict[str, str]:
        """Grant it; the bearer that holds it."""
        body = {
            "member_id": member_id,
            "role": role.value,
            "unit_id": unit_id,
            "from_date": "2020-09-01",
            "reason": "选举产生",
            **more,
        }
        await self.post("members", "/v1/role-assignments", body, self.administrator)
        return self.issuer.bearer(member_id, (role, unit_id))

    async def heard_of(self, service: str, member_id: str, role: Role | None = None) -> None:
        """Until the service's own directory has the member, or the role of the member."""
        collection, where = "directory_members", {"_id": UUID(member_id)}
        if role is not None:
            collection, where = "directory_roles", {"member_id": UUID(member_id), "role": role.value}  # type: ignore[dict-item]

        async def look() -> Any:
            return await self.database(service)[collection].find_one(where)

        await until(look, what=f"member {member_id} in {service}")

    async def inbox(self, member_id: str, *, topic: str) -> dict[str, Any]:
        """The member's newest notice of the topic, when it has come."""

        async def look() -> dict[str, Any] | None:
            page = await self.get("notifications", "/v1/inbox", self.issuer.bearer(member_id))
            return next((item for item in page["items"] if item["topic"] == topic), None)

        return await until(look, what=f"a notice of {topic}")


class Campus(Client):
    """All services in this process, over databases and topics of their own.

    Without `carries` there are neither relays nor consumers: what is written stays where it is.
    """

    def __init__(self, infrastructure: Infrastructure, issuer: Issuer, *, carries: bool = True) -> None:
        super().__init__(infrastructure, issuer)
        self._carries = carries
        self.running: dict[str, Running[Any]] = {}
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> "Campus":
        if self._carries:
            await make_topics(self.infrastructure, self.settings)
        opened = [await self._open(name) for name in SERVICES]
        if self._carries:
            # At once: the embedded broker lets each group wait for three seconds.
            await asyncio.gather(*(self._carry(run) for run in opened))
        return self

    async def _open(self, name: str) -> Running[Any]:
        database = {"mongo_database": self.database_name(name)}
        run = await self._stack.enter_async_context(
            running(service_of(name), self.settings.model_copy(update=database))
        )
        self.running[name] = run
        transport = httpx.ASGITransport(app=create_app(run), raise_app_exceptions=False)
        self.http[name] = await self._stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url=f"http://{name}")
        )
        return run

    async def _carry(self, run: Running[Any]) -> None:
        name = run.service.name
        self._tasks.append(asyncio.create_task(make_relay(run).run(), name=f"{name}-relay"))
        if due_work := make_due_work(run):
            self._tasks.append(asyncio.create_task(due_work.run(), name=f"{name}-due-work"))
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
        await self._stack.aclose()
        await self.drop()
        for task in broken:
            raise AssertionError(f"{task.get_name()} ended by itself") from task.exception()


class Processes(Client):
    """Services as processes of their own, as a deployment has them: to be killed, stopped and started again."""

    def __init__(self, infrastructure: Infrastructure, issuer: Issuer, folder: Path, **settings: Any) -> None:
        super().__init__(infrastructure, issuer, **settings)
        self._folder = folder
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Processes":
        await make_topics(self.infrastructure, self.settings)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()
        self._mongo.close()

    def process(self, service: str, kind: str, *, module: Sequence[str] = ("shared.run",), **more: str) -> HttpProcess:
        """Not started yet; stopped in the end. `kind` is api or consumer; `module` may be a wrapper of shared.run."""
        port = free_port()
        made = HttpProcess(
            f"{service}-{kind}",
            [sys.executable, "-m", *module, f"services.{service}.app", kind],
            log=self._folder / f"{service}-{kind}-{port}.log",
            environment={**self._environment(service), "HTTP_PORT": str(port), **more},
            ready_url=f"http://127.0.0.1:{port}/readyz",
        )
        self._stack.callback(made.kill)
        return made

    def _environment(self, service: str) -> dict[str, str]:
        return {
            **self.infrastructure.environment(),
            "MONGO_DATABASE": self.database_name(service),
            "TOPIC_PREFIX": self.settings.topic_prefix,
            "OIDC_ISSUER": self.issuer.tokens.url,
            **self.issuer.keys,
        }

    async def command(
        self, service: str, *arguments: str, module: str = "shared.run", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """What an operator types, to its end."""
        given = [sys.executable, "-m", module, f"services.{service}.app", *arguments]
        environment = {**os.environ, **self._environment(service), **more}
        return await asyncio.to_thread(
            subprocess.run, given, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    async def start(self, service: str, kind: str, **more: Any) -> HttpProcess:
        """Returns when it is ready. An API becomes `http[service]`."""
        made = self.process(service, kind, **more)
        made.start()
        await asyncio.to_thread(wait_until_ready, [made])
        if kind == "api":
            self.http[service] = await self._stack.enter_async_context(client_of(made))
        return made


def client_of(process: HttpProcess) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=process.ready_url.removesuffix("/readyz"),
        timeout=30,
        trust_env=False,
        limits=httpx.Limits(max_connections=200),
    )
