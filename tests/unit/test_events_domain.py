from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.events.domain import Award
from services.events.errors import AwardInTheFuture, GrantedToOneself
from shared.aggregate import Decision
from shared.contracts.events import AwardGranted, AwardGrantedRestricted, Level
from shared.ids import new_id

TODAY = date(2022, 6, 1)
MEMBER, OFFICER = new_id(), new_id()


def award(*, granted_on: date = TODAY, granted_by: UUID = OFFICER) -> Decision[Award]:
    return Award.grant(
        new_id(),
        member_id=MEMBER,
        unit_id=new_id(),
        title="学习达人",
        level=Level.COLLEGE,
        granted_on=granted_on,
        document="示例工会〔2022〕1号",
        granted_by=granted_by,
        at=datetime(2022, 6, 1, tzinfo=UTC),
        today=TODAY,
    )


def test_the_title_is_told_to_the_restricted_alone() -> None:
    granted, (public, restricted) = award()

    assert isinstance(public, AwardGranted)
    assert isinstance(restricted, AwardGrantedRestricted)
    assert granted.title not in public.model_dump_json()
    assert restricted.title == granted.title


def test_nobody_grants_an_award_to_themselves() -> None:
    with pytest.raises(GrantedToOneself):
        award(granted_by=MEMBER)


def test_an_award_is_entered_on_its_day_or_later() -> None:
    with pytest.raises(AwardInTheFuture):
        award(granted_on=date(2022, 6, 2))
