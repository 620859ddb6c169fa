"""How long something is kept: rules with a date and a source, which a school replaces by its own.

`python -m shared.run services.welfare.app retention` applies them and says what it did.
"""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel

from shared.mongo import Collection, Database

COLLECTION = "retention_rules"


class RetentionRule(BaseModel, frozen=True):
    """For one kind of record, in force from a date: kept for so many years, then its contents go."""

    kind: str
    years: int
    effective_from: date
    source: str

    def until(self, day: date) -> date:
        """The first day on which what happened on `day` need not be kept any more."""
        return _years_later(day, self.years)

    def before(self, today: date) -> date:
        """What happened before this day need not be kept today."""
        return _years_later(today, -self.years)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


class RetentionRules:
    """The rules of a service, beginning with `starting`."""

    def __init__(self, database: Database, starting: Iterable[RetentionRule] = ()) -> None:
        self._rules: Collection = database[COLLECTION]
        self._starting = list(starting)

    async def prepare(self) -> None:
        for rule in self._starting:
            row = rule.model_dump(mode="json")
            identity = {"kind": rule.kind, "effective_from": row["effective_from"]}
            await self._rules.update_one({"_id": identity}, {"$setOnInsert": row}, upsert=True)

    async def on(self, kind: str, day: date) -> RetentionRule | None:
        """The rule in force on a day; None where the kind is kept for good."""
        row = await self._rules.find_one(
            {"kind": kind, "effective_from": {"$lte": day.isoformat()}}, sort=[("effective_from", -1)]
        )
        return RetentionRule.model_validate({name: row[name] for name in RetentionRule.model_fields}) if row else None
