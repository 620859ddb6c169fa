"""Where expense claims are kept."""

from services.welfare.domain.expense_claims import ExpenseClaim
from shared.mongo import Document
from shared.store import Store


class ExpenseClaimStore(Store[ExpenseClaim]):
    model = ExpenseClaim
    collection = "expense_claims"
    what = "expense claim"
    unit = "unit_id"
    parties = ("claimant_id",)
    mentions = ("paid_by", "signatures.by")

    async def prepare(self) -> None:
        await self.documents.create_index([("claimant_id", 1), ("_id", -1)])
        await self.documents.create_index([("unit_id", 1), ("_id", -1)])
        await self.documents.create_index([("state", 1), ("_id", -1)])
        await self.documents.create_index(
            "derived.receipts", unique=True, partialFilterExpression={"derived.receipts": {"$exists": True}}
        )

    def derived(self, state: ExpenseClaim) -> Document:
        """A receipt stands in one claim of the union, but for those that were given up."""
        return {"receipts": state.receipts} if state.receipts else {}
