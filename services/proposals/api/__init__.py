"""Routes of proposals and of congresses."""

from services.proposals.api import (
    bodies,
    committee_meetings,
    delegates,
    exports,
    joint_meetings,
    proposals,
    sessions,
    similar,
    statistics,
    terms,
)

ROUTERS = [
    bodies.router,
    terms.router,
    delegates.router,
    sessions.router,
    joint_meetings.router,
    committee_meetings.router,
    proposals.router,
    statistics.router,
    exports.router,
    similar.router,
]
