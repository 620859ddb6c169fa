"""Where consents and what they are given to are kept."""

from datetime import date

from services.members.domain.consents import Consent, ConsentText
from shared.mongo import Collection, Database
from shared.store import Store

CONSENT_TEXTS = (
    ConsentText(
        purpose="photo-publication",
        version=1,
        effective_from=date(2022, 1, 1),
        zh="同意工会在校内宣传中使用本人参加活动的照片。可随时撤回，撤回不影响此前的使用。",
        en="The union may use photographs of me at its activities within the college. I may withdraw this at any time.",
        source="个人信息保护法, articles 13 to 15. The school replaces the text by its own.",
    ),
    ConsentText(
        purpose="matchmaking",
        version=1,
        effective_from=date(2022, 1, 1),
        zh="同意工会为联谊活动向其他报名者出示本人填写的资料。可随时撤回。",
        en="The union may show what I have written about myself to others at its social evenings. I may withdraw this.",
        source="个人信息保护法, articles 13 to 15. The school replaces the text by its own.",
    ),
)


class ConsentStore(Store[Consent]):
    model = Consent
    collection = "consents"
    what = "consent"
    parties = ("member_id",)

    async def prepare(self) -> None:
        await self.documents.create_index([("member_id", 1), ("_id", -1)])


class ConsentTexts:
    """What is asked for which purpose: data, which the school replaces by its own."""

    def __init__(self, database: Database) -> None:
        self._texts: Collection = database["consent_texts"]

    async def prepare(self) -> None:
        for text in CONSENT_TEXTS:
            row = text.model_dump(mode="json")
            identity = {"purpose": text.purpose, "version": text.version}
            await self._texts.update_one({"_id": identity}, {"$setOnInsert": row}, upsert=True)

    async def on(self, day: date) -> list[ConsentText]:
        """The newest text for each purpose that is in force on the day."""
        rows = await self._texts.find({"effective_from": {"$lte": day.isoformat()}}).sort("version", 1).to_list(None)
        newest = {row["purpose"]: row for row in rows}
        return [
            ConsentText.model_validate({name: row[name] for name in ConsentText.model_fields})
            for row in newest.values()
        ]
