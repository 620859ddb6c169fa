"""The rules of congresses that can be broken."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Malformed, Text


@dataclass(eq=False)
class NoSuchFraction(Conflict):
    title = Text(zh="不是可用的比例", en="Not a fraction to count by")
    detail = Text(
        zh="出席比例不能超过 1，通过比例须小于 1（{numerator}/{denominator}）",
        en="A quorum is at most the whole, a majority is more than a fraction below it ({numerator}/{denominator})",
    )

    numerator: int
    denominator: int


@dataclass(eq=False)
class RuleOnThatDay(Conflict):
    title = Text(zh="该日已有规则", en="A rule begins on that day already")
    detail = Text(zh="{effective_from} 起已有一条规则生效", en="Another rule is in effect from {effective_from}")

    effective_from: str


@dataclass(eq=False)
class NoRuleThen(Conflict):
    title = Text(zh="当日无规则", en="No rule on that day")
    detail = Text(zh="该会议在 {day} 没有生效的规则", en="The body has no rule that is in effect on {day}")

    day: str


@dataclass(eq=False)
class DayNotReached(Conflict):
    title = Text(zh="日期未到", en="That day has not come")
    detail = Text(zh="日期 {day} 晚于今天（{today}）", en="{day} is after today ({today})")

    day: str
    today: str


@dataclass(eq=False)
class DaysReversed(Conflict):
    title = Text(zh="日期先后颠倒", en="The end is before the beginning")
    detail = Text(zh="结束日期不能早于 {first}", en="It cannot end before {first}")

    first: str


@dataclass(eq=False)
class TermNotRunning(Conflict):
    title = Text(zh="当日不在届期内", en="The term does not run on that day")
    detail = Text(zh="{day} 不在该届任期内", en="The term does not run on {day}")

    day: str


@dataclass(eq=False)
class TermHasOpenSessions(Conflict):
    title = Text(zh="尚有未结束的会议", en="Sessions are not over")
    detail = Text(
        zh="该届还有 {sessions} 次会议未闭幕或取消",
        en="{sessions} sessions of the term are neither closed nor cancelled",
    )

    sessions: int


@dataclass(eq=False)
class TermHasPendingForms(Conflict):
    title = Text(zh="尚有待审查的提案", en="Forms wait for their disposition")
    detail = Text(zh="该届还有 {forms} 件提案未得出审查结果", en="{forms} forms of the term have no disposition yet")

    forms: int


@dataclass(eq=False)
class ChangedMeanwhile(Conflict):
    title = Text(zh="内容已变动", en="It has changed meanwhile")
    detail = Text(
        zh="他人同时办理了该{what}，请重新读取后再提交",
        en="Somebody else changed the {what} at the same moment: read it again",
    )

    what: str


@dataclass(eq=False)
class OutsideTheBody(Conflict):
    title = Text(zh="单位不属于该会议", en="The unit is not of this body")
    detail = Text(
        zh="字段 {field} 所指的单位不在该会议所属单位之下", en="What {field} names does not lie in the unit of the body"
    )

    field: str


@dataclass(eq=False)
class DelegateNotInPost(Conflict):
    title = Text(zh="只有在职人员可任代表", en="Only who is in post becomes a delegate")
    detail = Text(zh="该会员已退休或离职", en="The member has retired or left")


@dataclass(eq=False)
class DelegateLeftAlready(Conflict):
    title = Text(zh="代表资格已终止", en="No delegate any more")
    detail = Text(zh="代表资格已于 {ended_on} 终止", en="The member is a delegate no more since {ended_on}")

    ended_on: str


@dataclass(eq=False)
class DelegationOfAnotherTerm(Conflict):
    title = Text(zh="代表团不属于该届", en="The delegation is of another term")
    detail = Text(zh="代表与代表团须属于同一届", en="A delegate and the delegation are of one term")


@dataclass(eq=False)
class LeaderNotOfTheDelegation(Conflict):
    title = Text(zh="团长须为本团代表", en="The leader is a delegate of the delegation")
    detail = Text(zh="该会员今天不是这个代表团的代表", en="The member is no delegate of this delegation today")


@dataclass(eq=False)
class NotDelegatesThen(Conflict):
    title = Text(zh="并非该届代表", en="No delegates of the term")
    detail = Text(
        zh="以下人员在 {day} 不是该届代表：{member_ids}", en="On {day} these are no delegates of the term: {member_ids}"
    )

    member_ids: list[UUID]
    day: str


@dataclass(eq=False)
class PresentAndAbsent(Conflict):
    title = Text(zh="不能同时出席和请假", en="Nobody is both present and on leave")
    detail = Text(zh="以下人员既出席又请假：{member_ids}", en="These are both present and on leave: {member_ids}")

    member_ids: list[UUID]


@dataclass(eq=False)
class QuorumMissing(Conflict):
    title = Text(zh="未达到法定人数", en="No quorum")
    detail = Text(zh="须有 {needed} 人出席，实到 {got} 人", en="{needed} have to be present, {got} are")

    needed: int
    got: int


@dataclass(eq=False)
class MorePresentThanDue(Conflict):
    title = Text(zh="实到人数多于应到人数", en="More present than due")
    detail = Text(zh="应到 {due} 人，实到 {present} 人", en="{due} are due, {present} present")

    due: int
    present: int


@dataclass(eq=False)
class AgendaItemUnknown(Conflict):
    title = Text(zh="议程中没有该事项", en="Not on the agenda")
    detail = Text(zh="该次会议的议程中没有这一事项", en="The agenda of the session has no such item")


@dataclass(eq=False)
class NotForResolution(Conflict):
    title = Text(zh="该事项不作决议", en="The item takes no resolution")
    detail = Text(zh="只有类型为 resolution 的议程可以表决", en="Only an item of the kind resolution is voted on")


@dataclass(eq=False)
class VotedAlready(Conflict):
    title = Text(zh="该事项已表决", en="It was voted on already")
    detail = Text(zh="每项议程只表决一次", en="Each item of the agenda is voted on once")


@dataclass(eq=False)
class VotesDoNotAddUp(Conflict):
    title = Text(zh="票数不符", en="The votes do not add up")
    detail = Text(zh="共 {votes} 票，实到 {present} 人", en="{votes} votes of {present} who are present")

    votes: int
    present: int


@dataclass(eq=False)
class OneSideDeliberates(Malformed):
    title = Text(zh="须指明代表团或单位", en="A delegation or a unit")
    detail = Text(
        zh="讨论记录须属于一个代表团或一个单位，二者之一", en="A note is of one delegation or of one unit, not both"
    )


@dataclass(eq=False)
class JointMeetingOfOneBody(Conflict):
    title = Text(zh="联席会议须由不同会议召开", en="A joint meeting is of different bodies")
    detail = Text(zh="两次会议属于同一个教代会或工代会", en="The sessions are of one body")


@dataclass(eq=False)
class SessionNotThen(Conflict):
    title = Text(zh="会议当日未举行", en="The session is not held on that day")
    detail = Text(zh="{held_on} 不在各次会议的会期内，或会议已取消", en="Not all of the sessions are held on {held_on}")

    held_on: str


@dataclass(eq=False)
class StaffNumberColumnMissing(Conflict):
    title = Text(zh="缺少工号列", en="No column of staff numbers")
    detail = Text(zh="表头须有“工号”一列", en="One column has to be called staff number")
