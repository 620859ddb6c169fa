"""Days that do not fit, whatever they are of."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class DayStillToCome(Conflict):
    title = Text(zh="日期尚未到来", en="The day has not come yet")
    detail = Text(
        zh="字段 {field} 不能晚于今天（{today}）", en="{field} is today, {today}, or before: it says what has happened"
    )

    field: str
    today: str


@dataclass(eq=False)
class DayBeforeTheFirst(Conflict):
    title = Text(zh="日期过早", en="The day is too early")
    detail = Text(zh="字段 {field} 不能早于 {first}", en="{field} cannot be before {first}")

    field: str
    first: str
