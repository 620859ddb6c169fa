"""Routes of congresses, proposals and appeals."""

from services.proposals.api import (
    appeal_committees,
    appeals,
    bodies,
    calls,
    committee_meetings,
    delegates,
    dispositions,
    exports,
    joint_meetings,
    proposals,
    rules,
    sessions,
    similar,
    statistics,
    terms,
)
from shared.http import access_records

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
    statistics.router,
    exports.router,
    similar.router,
    appeal_committees.router,
    appeals.router,
    access_records.confidential,
]
