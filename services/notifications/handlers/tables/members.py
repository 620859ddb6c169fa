"""Who is told of what the members service publishes."""

from collections.abc import Mapping

from shared.contracts.base import DomainEvent
from shared.contracts.members import (
    ConsentGiven,
    ConsentWithdrawn,
    CoupleEnded,
    CoupleRecorded,
)
from shared.contracts.persons import ANSWERED, GATHERED

_RIGHTS = "An answer between services; the member gets the result from the members service"

_OWN_CHOICE = "The member's own choice, which they see where they make it"

TELLS_NOBODY: Mapping[type[DomainEvent], str] = {
    **dict.fromkeys(ANSWERED.values(), _RIGHTS),
    **dict.fromkeys(GATHERED.values(), _RIGHTS),
    ConsentGiven: _OWN_CHOICE,
    ConsentWithdrawn: _OWN_CHOICE,
    CoupleRecorded: "Sensitive: who is married to whom is said nowhere but in the roster",
    CoupleEnded: "Sensitive: who is married to whom is said nowhere but in the roster",
}
"""What is published and makes no notice, and why."""
