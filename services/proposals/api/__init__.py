"""Routes of proposals and of congresses."""

from services.proposals.api import (
    bodies,
    calls,
    committee_meetings,
    delegates,
    dispositions,
    joint_meetings,
    proposals,
    rules,
    sessions,
    terms,
)

ROUTERS = [
    bodies.router,
    terms.router,
    delegates.router,
    sessions.router,
    joint_meetings.router,
    committee_meetings.router,
    calls.router,
    rules.router,
    proposals.router,
    dispositions.router,
]
