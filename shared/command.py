"""A command: who asks for a change, when, and how often it may take effect."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

NOBODY = UUID(int=0)
"""Who acts where no person does: a job, a handler."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """One key of one caller; `fingerprint` is the digest of the request that it stands for."""

    actor: str
    key: str
    fingerprint: str

    @property
    def name(self) -> tuple[str, str]:
        """What it is known by, whatever the request."""
        return self.actor, self.key


@dataclass(frozen=True, slots=True)
class Command:
    """`if_match` is the version that the caller has seen, None where the change does not depend on it."""

    actor: UUID
    at: datetime
    correlation_id: str
    traceparent: str
    idempotency: IdempotencyKey | None = None
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told, kept with an Idempotency-Key so that a repeat is told the same."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
