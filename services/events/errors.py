"""The rules of recognition that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class AwardInTheFuture(Conflict):
    title = Text(zh="授予日期不能晚于今天", en="An award is entered after it was granted")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class GrantedToOneself(Conflict):
    title = Text(zh="不能给自己授予荣誉", en="Nobody grants an award to themselves")
    detail = Text(zh="请由另一位工作人员登记", en="Let another officer enter it")
