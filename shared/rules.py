"""Rules that differ between schools: data in force from a day, with the document they rest on.

    class SecondingRules(RuleStore[SecondingRule]):
        model, collection, what = SecondingRule, "seconding_rules", "seconding rule"
        starting = {"effective_from": date(2000, 1, 1), "source": "...", "minimum": 2}

A decision is judged by the rule of its day; what goes on under a rule (a case, an appeal) keeps it.
"""

import contextlib
from datetime import date
from typing import ClassVar, TypeVar
from uuid import NAMESPACE_URL, uuid5

from pymongo.errors import DuplicateKeyError

from shared.aggregate import DatedRule
from shared.store import Store

R = TypeVar("R", bound=DatedRule)


class RuleStore(Store[R]):
    """Rules of one kind. `starting` are the fields of the one that a school begins with and replaces by its own."""

    starting: ClassVar[dict[str, object]]

    async def prepare(self) -> None:
        await self.documents.create_index("effective_from", unique=True)
        rule = self.first()
        fields = {"version": 1, **rule.model_dump(mode="json", exclude={"id"})}
        # Another process may begin at the same moment, and a school may have a rule of its own of that day.
        with contextlib.suppress(DuplicateKeyError):
            await self.documents.update_one({"_id": rule.id}, {"$setOnInsert": fields}, upsert=True)

    @classmethod
    def first(cls) -> R:
        """The one that a school begins with."""
        return cls.model.model_validate({"id": uuid5(NAMESPACE_URL, f"starting {cls.collection}"), **cls.starting})

    async def on(self, day: date) -> R:
        """The rule in force on a day."""
        row = await self.documents.find_one(
            {"effective_from": {"$lte": day.isoformat()}}, sort=[("effective_from", -1)]
        )
        if row is None:
            raise LookupError(f"no {self.what} is in force on {day}")
        return self._versioned(row).state
