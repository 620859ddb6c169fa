"""A year's money counted, from envelopes, ledger and spendings as they are at one moment."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple

from services.welfare.domain.ledger import Account
from shared.contracts.welfare.funds import Category
from shared.mongo import Client, Collection, Database, Session, in_batches, reading_at_one_moment


class CategoryRow(NamedTuple):
    category: Category
    granted_fen: int
    reserved_fen: int
    spent_fen: int

    @property
    def available_fen(self) -> int:
        return self.granted_fen - self.reserved_fen - self.spent_fen


class AccountRow(NamedTuple):
    account: Account
    debit_fen: int
    credit_fen: int


class Statement(NamedTuple):
    """`large` is how many spendings needed a decision of the committee, `decided` how many of them rest on one."""

    categories: list[CategoryRow]
    accounts: list[AccountRow]
    large: int
    decided: int


class Statements:
    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._envelopes: Collection = database["envelopes"]
        self._journal: Collection = database["journal"]
        self._spendings: Collection = database["spendings"]

    async def prepare(self) -> None:
        """The stores of funds make the indexes."""

    async def of(self, year: int) -> Statement:
        async with self.at_one_moment() as session:
            envelopes = await self._envelopes.aggregate(
                [
                    {"$match": {"year": year}},
                    {
                        "$group": {
                            "_id": "$category",
                            "granted": {"$sum": "$granted_fen"},
                            "reserved": {"$sum": "$reserved_fen"},
                            "spent": {"$sum": "$spent_fen"},
                        }
                    },
                ],
                session=session,
            ).to_list(None)
            accounts = await self._journal.aggregate(
                [
                    {"$match": {"year": year}},
                    {"$unwind": "$lines"},
                    {
                        "$group": {
                            "_id": "$lines.account",
                            "debit": {"$sum": "$lines.debit_fen"},
                            "credit": {"$sum": "$lines.credit_fen"},
                        }
                    },
                ],
                session=session,
            ).to_list(None)
            large = await self._spendings_of(year, session, large=True)
            decided = await self._spendings_of(year, session, large=True, decision_id={"$ne": None})
        totals = {row["_id"]: row for row in envelopes}
        sums = {row["_id"]: row for row in accounts}
        return Statement(
            categories=[
                CategoryRow(each, *(totals[each.value][name] for name in ("granted", "reserved", "spent")))
                for each in Category
                if each.value in totals
            ],
            accounts=[
                AccountRow(each, sums[each.value]["debit"], sums[each.value]["credit"])
                for each in Account
                if each.value in sums
            ],
            large=large,
            decided=decided,
        )

    async def _spendings_of(self, year: int, session: Session, **where: Any) -> int:
        of_year = await self._envelopes.distinct("_id", {"year": year}, session=session)
        return await self._spendings.count_documents({"envelope_id": {"$in": of_year}, **where}, session=session)

    def at_one_moment(self) -> AbstractAsyncContextManager[Session]:
        return reading_at_one_moment(self._client)

    def entries(self, year: int, session: Session, *, at_once: int) -> AsyncIterator[list[Any]]:
        """The rows of the journal in their order, so many at a time."""
        found = self._journal.find({"year": year}, session=session).sort("_id", 1)
        return in_batches(found, at_once)

    async def spendings(self, year: int, session: Session, *, at_once: int) -> AsyncIterator[list[Any]]:
        of_year = await self._envelopes.distinct("_id", {"year": year}, session=session)
        found = self._spendings.find({"envelope_id": {"$in": of_year}}, session=session).sort("_id", 1)
        async for rows in in_batches(found, at_once):
            yield rows
