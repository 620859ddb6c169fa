"""The peer of the commands: FastAPI and Motor, the same two inserts in a transaction, and nothing else."""

import os
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, Field


class Award(BaseModel):
    member_id: UUID
    title: str = Field(min_length=1, max_length=200)
    level: Literal["college", "city", "province", "nation"]
    granted_on: date
    document: str = Field(min_length=1, max_length=200)


app = FastAPI()
client: Any = AsyncIOMotorClient(os.environ["MONGO_URL"], uuidRepresentation="standard")
database = client[os.environ["MONGO_DATABASE"]]


@app.get("/readyz")
async def ready() -> None:
    # The collections are made before the load: the first inserts of many transactions would conflict over it.
    for name in ("awards", "outbox"):
        if name not in await database.list_collection_names():
            await database.create_collection(name)


@app.post("/v1/awards", status_code=201)
async def grant_award(body: Award) -> dict[str, str]:
    award_id = uuid4()
    award = {"_id": award_id, **body.model_dump(mode="json")}
    event = {"_id": uuid4(), "state": "pending", "value": body.model_dump_json().encode()}

    async def work(session: Any) -> None:
        await database.awards.insert_one(award, session=session)
        await database.outbox.insert_one(event, session=session)

    async with await client.start_session() as session:
        await session.with_transaction(work)
    return {"id": str(award_id)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["HTTP_PORT"]), log_level="warning", access_log=False)
