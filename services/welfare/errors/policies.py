"""The rules of policies that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class PolicyMissing(Conflict):
    title = Text(zh="没有适用的标准", en="No policy applies")
    detail = Text(
        zh="{day} 没有适用于“{spending}”的支出标准",
        en="On {day} no policy on {spending} is in force: one is adopted first",
    )

    spending: str
    day: str


@dataclass(eq=False)
class CapExceeded(Conflict):
    title = Text(zh="超过标准", en="Above the cap")
    detail = Text(
        zh="金额 {asked_fen} 元超过标准：上限 {cap_fen} 元，已用 {used_fen} 元",
        en="{asked_fen} yuan are above what the policy allows: the cap is {cap_fen} yuan, {used_fen} yuan are used",
    )

    asked_fen: int
    cap_fen: int
    used_fen: int


@dataclass(eq=False)
class FormNotAllowed(Conflict):
    title = Text(zh="发放形式不符合标准", en="The policy does not allow this form")
    detail = Text(zh="允许的形式：{allowed}", en="Allowed: {allowed}")

    allowed: tuple[str, ...]


@dataclass(eq=False)
class PolicyInThePast(Conflict):
    title = Text(zh="标准不能追溯", en="A policy does not reach back")
    detail = Text(
        zh="今天是 {today}；标准自今天或以后生效", en="Today is {today}; a policy is in force from today or later"
    )

    today: str


@dataclass(eq=False)
class SignersOutOfOrder(Conflict):
    title = Text(zh="审批权限须按金额递增", en="Signers are listed by rising amounts")
    detail = Text(
        zh="每一级的起始金额须高于前一级，且每个角色只出现一次",
        en="Each step begins above the one before it, and each role signs once",
    )
