"""The rules of money that can be broken. What is told of an envelope is its own balance, and nobody's case."""

from dataclasses import dataclass

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class EnvelopeMissing(Conflict):
    title = Text(zh="没有可用的预算", en="There is no budget for it")
    detail = Text(
        zh="{year} 年度尚未为“{category}”类设立预算，请财务先行设立",
        en="The year {year} has no budget in the category {category} yet: finance opens one first",
    )

    year: int
    category: str


@dataclass(eq=False)
class BudgetExceeded(Conflict):
    title = Text(zh="超出预算余额", en="More than the budget has left")
    detail = Text(
        zh="需要 {asked_fen} 元，可用余额为 {available_fen} 元",
        en="{asked_fen} yuan are asked for, {available_fen} yuan are left",
    )

    asked_fen: int
    available_fen: int


@dataclass(eq=False)
class EnvelopeIsClosed(Conflict):
    title = Text(zh="该年度已结账", en="The year is closed")
    detail = Text(zh="{year} 年度已结账，不能再发生收支", en="The year {year} is closed: nothing moves in it any more")

    year: int


@dataclass(eq=False)
class ReservationsOpen(Conflict):
    title = Text(zh="尚有未付款的预留", en="Something is still reserved")
    detail = Text(
        zh="结账前须先付款或释放预留的 {reserved_fen} 元",
        en="{reserved_fen} yuan are still to be paid or released",
    )

    reserved_fen: int


@dataclass(eq=False)
class FundDecisionMissing(Conflict):
    title = Text(zh="须经集体研究决定", en="The union committee decides on it")
    detail = Text(
        zh="超过 {limit_fen} 元的支出须附工会委员会的集体研究决定",
        en="A spending above {limit_fen} yuan rests on a decision of the union committee: name it",
    )

    limit_fen: int


@dataclass(eq=False)
class FundDecisionExceeded(Conflict):
    title = Text(zh="超出集体研究决定的金额", en="More than the committee decided")
    detail = Text(
        zh="需要 {asked_fen} 元，该决定尚余 {available_fen} 元",
        en="{asked_fen} yuan are asked for, the decision has {available_fen} yuan left",
    )

    asked_fen: int
    available_fen: int


@dataclass(eq=False)
class FundDecisionInTheFuture(Conflict):
    title = Text(zh="决定日期不能晚于今天", en="A decision is recorded after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class MoreThanReserved(Conflict):
    title = Text(zh="超出预留金额", en="More than was reserved")
    detail = Text(
        zh="需要支付 {asked_fen} 元，预留为 {reserved_fen} 元",
        en="{asked_fen} yuan are to be paid, {reserved_fen} yuan were reserved",
    )

    asked_fen: int
    reserved_fen: int


@dataclass(eq=False)
class MoreThanPaid(Conflict):
    title = Text(zh="超出已付金额", en="More than was paid")
    detail = Text(
        zh="要求退回 {asked_fen} 元，已付为 {spent_fen} 元",
        en="{asked_fen} yuan are to come back, {spent_fen} yuan were paid",
    )

    asked_fen: int
    spent_fen: int


@dataclass(eq=False)
class EnvelopesUnlike(Conflict):
    title = Text(zh="只能在同一年度内调剂", en="Money moves within one year")
    detail = Text(zh="两个预算不属于同一年度，或为同一预算", en="The two are of different years, or they are the same")


@dataclass(eq=False)
class BudgetYearMovedOn(Conflict):
    title = Text(zh="年度预算已有变动", en="The year has moved on")
    detail = Text(zh="刚刚新设了预算，请重新结账", en="An envelope was opened meanwhile: close the year again")


@dataclass(eq=False)
class ApproverPays(Forbidden):
    title = Text(zh="审批人不能付款", en="Whoever approves does not pay")
    detail = Text(zh="您已为此事项签字，须由他人付款", en="You have signed for it: somebody else pays it")
