"""Servers, an issuer and processes of ours for a benchmark."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from tests.campus import Processes


@dataclass
class Setting:
    campus: Processes
    folder: Path

    async def known_member(self, service: str) -> str:
        """A member in a service's directory, as its consumer would have put it there."""
        member: UUID = uuid4()
        await self.campus.database(service)["directory_members"].insert_one(
            {"_id": member, "unit_id": uuid4(), "employment": "in_post", "sequence": "0" * 20}
        )
        return str(member)
