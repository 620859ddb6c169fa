"""The rules of welfare that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class VisitInTheFuture(Conflict):
    title = Text(zh="慰问日期不能晚于今天", en="A visit is logged after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str
