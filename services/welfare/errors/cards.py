"""The rules of service cards that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class ServiceCardHeld(Conflict):
    title = Text(zh="已有工会服务卡", en="There is a card already")
    detail = Text(zh="该会员已有工会服务卡或正在办理", en="The member has a service card, or one is applied for")


@dataclass(eq=False)
class CardBatchEmpty(Conflict):
    title = Text(zh="批次中没有申请", en="Nothing is applied for")
    detail = Text(zh="批次中至少应有一份待发卡的申请", en="A batch is submitted with one application or more")


@dataclass(eq=False)
class CardsAwaitAnswer(Conflict):
    title = Text(zh="尚有未答复的申请", en="Applications wait for an answer")
    detail = Text(zh="还有 {pending} 份申请没有结果", en="{pending} applications of the batch have no answer yet")

    pending: int


@dataclass(eq=False)
class CardOfAnotherBatch(Conflict):
    title = Text(zh="不在该批次中", en="Not in this batch")
    detail = Text(zh="该会员在此批次中没有申请", en="Nothing is applied for the member in this batch")


@dataclass(eq=False)
class CardNumberTaken(Conflict):
    title = Text(zh="卡号重复", en="The number is of another card")
    detail = Text(zh="该卡号已登记在另一张卡上", en="The number is entered for another card")


@dataclass(eq=False)
class CardNumberUnchanged(Conflict):
    title = Text(zh="卡号没有变化", en="The same number")
    detail = Text(zh="补发的卡须有新的卡号", en="A card in place of a lost one has a number of its own")
