"""Where the requests of other services for money are kept."""

from uuid import UUID

from services.welfare.domain.funding import FundingRequest
from shared.store import Store


class FundingRequestStore(Store[FundingRequest]):
    model = FundingRequest
    collection = "funding_requests"
    what = "funding request"
    unit = "unit_id"

    async def heard(self, request_id: UUID) -> FundingRequest | None:
        """None where it has not come yet."""
        document = await self.documents.find_one({"_id": request_id})
        return self._versioned(document).state if document else None
