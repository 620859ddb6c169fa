"""The rules of calls that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class CallWindowInvalid(Conflict):
    title = Text(zh="征集时间不符", en="The window does not fit")
    detail = Text(
        zh="开始时间应早于截止时间，逾期截止时间不得早于截止时间",
        en="A call opens before it closes, and late forms are taken until it closes or longer",
    )


@dataclass(eq=False)
class ExtensionNotLater(Conflict):
    title = Text(zh="延期须晚于原截止时间", en="An extension ends later")
    detail = Text(
        zh="新的截止时间须晚于 {closes_at}，且尚未到来", en="It has to close after {closes_at}, and in the future"
    )

    closes_at: str


@dataclass(eq=False)
class CallNotOpen(Conflict):
    title = Text(zh="不在征集时间内", en="The call is not open")
    detail = Text(zh="征集时间为 {opens_at} 至 {closes_at}", en="It is open from {opens_at} until {closes_at}")

    opens_at: str
    closes_at: str
