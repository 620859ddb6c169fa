"""Servers, an issuer and processes of ours for a benchmark."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from shared.keyring import COLLECTION as PERSON_KEYS
from tests.campus import Processes


@dataclass
class Setting:
    campus: Processes
    folder: Path

    async def known_member(self, service: str) -> str:
        """A member in a service's directory, with a key, as its consumer would have put them there."""
        member: UUID = uuid4()
        wrapped = self.campus.settings.master_keys().new_key()
        await self.campus.database(service)[PERSON_KEYS].insert_one(
            {"_id": member, "wrapped": wrapped, "sequence": "0" * 20}
        )
        await self.campus.database(service)["directory_members"].insert_one(
            {"_id": member, "unit_id": uuid4(), "employment": "in_post", "sequence": "0" * 20}
        )
        return str(member)
