"""The rules of expense claims that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class ReceiptClaimedAlready(Conflict):
    """It does not say by whom, nor in which claim."""

    title = Text(zh="票据已报销", en="A receipt is claimed once")
    detail = Text(
        zh="所列票据中有一张已在其他报销单中使用", en="One of the receipts stands in another claim of the union already"
    )


@dataclass(eq=False)
class ReceiptListedTwice(Conflict):
    title = Text(zh="票据重复", en="A receipt is listed twice")
    detail = Text(zh="同一张票据只能列一次", en="Each receipt is listed once")


@dataclass(eq=False)
class ExpenseInTheFuture(Conflict):
    title = Text(zh="支出日期不能晚于今天", en="An expense is claimed after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class AnotherSigns(Conflict):
    title = Text(zh="应由他人审批", en="Somebody else signs")
    detail = Text(zh="下一步应由以下角色审批：{role}", en="The next signature is that of a {role}")

    role: str


@dataclass(eq=False)
class ClaimMovedOn(Conflict):
    title = Text(zh="报销单已有变动", en="The claim has moved on")
    detail = Text(
        zh="其他人刚刚处理了该报销单，请重新读取", en="Somebody else has acted on it meanwhile: read it again"
    )
