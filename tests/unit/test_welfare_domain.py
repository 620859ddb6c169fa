from datetime import UTC, date, datetime

import pytest

from services.welfare.domain.visits import Visit
from services.welfare.errors.visits import VisitInTheFuture
from shared.aggregate import Decision
from shared.contracts.welfare.visits import Form, Occasion, VisitLogged, VisitLoggedRestricted
from shared.ids import new_id
from tests.visits import policy

TODAY = date(2022, 6, 1)


def visit(visited_on: date = TODAY) -> Decision[Visit]:
    return Visit.log(
        new_id(),
        member_id=new_id(),
        unit_id=new_id(),
        occasion=Occasion.HOSPITALISED,
        visited_on=visited_on,
        visitor_ids=[new_id(), new_id()],
        form=Form.MONEY,
        amount_fen=60000,
        policy=policy(),
        logged_by=new_id(),
        at=datetime(2022, 6, 1, tzinfo=UTC),
        today=TODAY,
    )


def test_the_public_event_holds_ids_and_nothing_of_the_case() -> None:
    logged, (public, restricted, _) = visit()

    assert isinstance(public, VisitLogged)
    assert set(public.model_dump()) == {"visit_id", "member_id", "unit_id"}
    assert isinstance(restricted, VisitLoggedRestricted)
    assert (restricted.occasion, restricted.amount_fen) == (Occasion.HOSPITALISED, 60000)
    assert public.visit_id == restricted.visit_id == logged.id


def test_a_visit_is_logged_on_its_day_or_later() -> None:
    assert visit(TODAY).state.visited_on == TODAY
    with pytest.raises(VisitInTheFuture) as refused:
        visit(date(2022, 6, 2))

    assert refused.value.facts() == {"today": "2022-06-01"}
