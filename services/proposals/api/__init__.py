"""Routes of congresses, proposals, cases and appeals."""

from services.proposals.api import (
    answers,
    appeal_committees,
    appeals,
    bodies,
    calls,
    cases,
    committee_meetings,
    delegates,
    dispositions,
    joint_meetings,
    outstanding_selections,
    progress_meetings,
    proposals,
    ratings,
    rules,
    sessions,
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
    cases.router,
    answers.router,
    ratings.router,
    progress_meetings.router,
    outstanding_selections.router,
    appeal_committees.router,
    appeals.router,
    access_records.confidential,
]
