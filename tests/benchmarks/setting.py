"""Servers, an issuer and processes of ours for a benchmark."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import HttpProcess, service_process, wait_until_ready
from tests.campus import Issuer


@dataclass
class Setting:
    infrastructure: Infrastructure
    issuer: Issuer
    folder: Path
    prefix: str = field(default_factory=lambda: f"b{uuid4().hex[:10]}")

    def database(self, service: str) -> str:
        return f"{self.prefix}_{service}"

    def process(self, service: str, kind: str, **environment: str) -> HttpProcess:
        port = free_port()
        made = service_process(
            service,
            kind,
            LocalSettings(local_folder=self.folder),
            {
                **self.infrastructure.environment(),
                "MONGO_DATABASE": self.database(service),
                "TOPIC_PREFIX": self.prefix,
                **environment,
            },
        )
        made.environment |= {"HTTP_PORT": str(port), "OIDC_ISSUER": self.issuer.tokens.url}
        made.ready_url = f"http://127.0.0.1:{port}/readyz"
        return made

    @contextmanager
    def service(self, service: str, kind: str, **environment: str) -> Iterator[int]:
        """A process of a service at work; its HTTP port."""
        process = self.process(service, kind, **environment)
        process.start()
        try:
            wait_until_ready([process])
            yield int(process.environment["HTTP_PORT"])
        finally:
            process.stop()


async def known_member(setting: Setting, service: str) -> str:
    """A member in a service's directory, as its consumer would have put it there."""

    def write() -> str:
        member, unit = uuid4(), uuid4()
        client: MongoClient[dict[str, Any]] = MongoClient(
            setting.infrastructure.mongo_url, uuidRepresentation="standard"
        )
        try:
            directory = client[setting.database(service)]["directory_members"]
            document: dict[str, UUID | str] = {"_id": member, "unit_id": unit, "employment": "in_post"}
            directory.insert_one({**document, "sequence": "0" * 20})
        finally:
            client.close()
        return str(member)

    return await asyncio.to_thread(write)
