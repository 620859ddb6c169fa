"""Which events make notices, and that none is forgotten."""

from services.notifications.handlers import HANDLERS, TELLS_NOBODY
from services.notifications.handlers.proposals import DISPOSED
from shared.contracts.generate import all_events
from shared.contracts.proposals.forms import Disposition


def test_every_event_that_is_published_tells_somebody_or_says_why_not() -> None:
    assert {event.__name__ for event in all_events()} == {event.__name__ for event in (*HANDLERS, *TELLS_NOBODY)}


def test_what_tells_nobody_has_no_handler_and_a_reason() -> None:
    assert not set(HANDLERS) & set(TELLS_NOBODY)
    assert all(TELLS_NOBODY.values())


def test_every_disposition_has_a_text_of_its_own() -> None:
    assert set(DISPOSED) == set(Disposition)
    assert len(set(DISPOSED.values())) == len(Disposition)
