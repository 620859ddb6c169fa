"""Routes of proposals and of congresses."""

from services.proposals.api import bodies, committee_meetings, delegates, joint_meetings, proposals, sessions, terms

ROUTERS = [
    bodies.router,
    terms.router,
    delegates.router,
    sessions.router,
    joint_meetings.router,
    committee_meetings.router,
    proposals.router,
]
