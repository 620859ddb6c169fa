"""The rules of welfare that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class VisitInTheFuture(Conflict):
    title = Text(zh="慰问日期不能晚于今天", en="A visit is logged after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class OutsideYourUnits(Forbidden):
    title = Text(zh="不在您负责的单位范围内", en="Outside the units that you look after")
    detail = Text(zh="只能登记本单位会员的慰问", en="A branch logs the visits to its own members")
