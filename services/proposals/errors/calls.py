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
class CallOutlastsBeginning(Conflict):
    title = Text(zh="征集须在会议开始前截止", en="A call closes before its session begins")
    detail = Text(
        zh="会议首日为 {held_from}，征集截止时间不得晚于当日开始",
        en="The first day of the session is {held_from}: its call closes before that day",
    )

    held_from: str


@dataclass(eq=False)
class SessionOfCallCancelled(Conflict):
    title = Text(zh="会议已取消", en="The session was cancelled")
    detail = Text(
        zh="该征集所属的会议已取消，不再接受提案", en="The session of this call was cancelled: it takes no more forms"
    )


@dataclass(eq=False)
class CallNotOpen(Conflict):
    title = Text(zh="不在征集时间内", en="The call is not open")
    detail = Text(zh="征集时间为 {opens_at} 至 {closes_at}", en="It is open from {opens_at} until {closes_at}")

    opens_at: str
    closes_at: str
