"""Routes of proposals."""

from services.proposals.api import proposals

ROUTERS = [proposals.router]
