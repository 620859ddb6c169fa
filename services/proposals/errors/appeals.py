"""The rules of appeals that can be broken."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class AppealTooLate(Conflict):
    title = Text(zh="申诉已逾期", en="Too late to appeal")
    detail = Text(
        zh="申诉应在决定作出后 {deadline_days} 日内提出，最后一日是 {last_day}",
        en="An appeal comes within {deadline_days} days of the decision; the last day was {last_day}",
    )

    deadline_days: int
    last_day: str


@dataclass(eq=False)
class DecisionInTheFuture(Conflict):
    title = Text(zh="决定日期不能晚于今天", en="A decision is appealed against after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class RespondentUnitUnknown(Conflict):
    title = Text(zh="作出决定的单位不存在", en="There is no such unit")
    detail = Text(
        zh="字段 {field} 所指的单位不存在，或其登记尚未送达本服务",
        en="The unit that {field} names does not exist, or has not become known here yet",
    )

    field: str


@dataclass(eq=False)
class AppealCommitteeMissing(Conflict):
    title = Text(zh="没有申诉委员会", en="There is no appeal committee")
    detail = Text(
        zh="学校目前没有任命申诉委员会，或其成员均为当事人",
        en="The school has appointed no committee for today, or everybody in it is a party",
    )


@dataclass(eq=False)
class NotOfTheCommittee(Forbidden):
    title = Text(zh="不是申诉委员会成员", en="Not of the committee")
    detail = Text(zh="{member_id} 不是审理此申诉的委员", en="{member_id} is none of those who hear this appeal")

    member_id: UUID


@dataclass(eq=False)
class HasAnInterest(Forbidden):
    title = Text(zh="应当回避", en="Has an interest")
    detail = Text(
        zh="{member_id} 是当事人或已回避，不能参与审理",
        en="{member_id} is a party or has stepped aside, and takes no part in hearing it",
    )

    member_id: UUID


@dataclass(eq=False)
class TheChairActs(Forbidden):
    title = Text(zh="应由主任委员办理", en="The chair does this")
    detail = Text(zh="此步骤由主任委员 {chair_id} 办理", en="This step is taken by the chair, {chair_id}")

    chair_id: UUID | None


@dataclass(eq=False)
class TheMediatorActs(Forbidden):
    title = Text(zh="应由调解人或主任委员办理", en="The mediator or the chair does this")
    detail = Text(
        zh="调解结果由调解人或主任委员 {chair_id} 记录",
        en="What came of a mediation is recorded by the mediator or the chair, {chair_id}",
    )

    chair_id: UUID | None


@dataclass(eq=False)
class NotTheAppellant(Forbidden):
    title = Text(zh="只有申诉人可以办理", en="Only the appellant does this")
    detail = Text(zh="您不是该申诉的申诉人", en="You are not the appellant of this appeal")


@dataclass(eq=False)
class RespondentOfTheCommittee(Conflict):
    title = Text(zh="答辩人不能是委员", en="Nobody answers before themself")
    detail = Text(
        zh="{member_id} 是审理此申诉的委员，须先回避",
        en="{member_id} is one of those who hear this appeal: they have to step aside first",
    )

    member_id: UUID


@dataclass(eq=False)
class RespondentOfAnotherUnit(Conflict):
    title = Text(zh="答辩人须属于作出决定的单位", en="The respondent belongs to the unit")
    detail = Text(
        zh="{member_id} 不属于作出决定的单位或其下级单位",
        en="{member_id} belongs neither to the unit whose decision it is nor to one below it",
    )

    member_id: UUID


@dataclass(eq=False)
class StandInsFirst(Conflict):
    title = Text(zh="须先补充委员", en="Others have to stand in first")
    detail = Text(
        zh="审理此申诉的委员不得少于 {needed} 名，裁定后只剩 {left} 名",
        en="At least {needed} of the committee hear an appeal, and {left} would be left by this ruling",
    )

    needed: int
    left: int


@dataclass(eq=False)
class StandInsNotNeeded(Conflict):
    title = Text(zh="无需补充委员", en="Nobody has to stand in")
    detail = Text(
        zh="现有 {left} 名委员审理此申诉，最少须有 {needed} 名；主任委员亦无变动",
        en="{left} of the committee hear this appeal, at least {needed} have to; and nobody else would chair it",
    )

    needed: int
    left: int


@dataclass(eq=False)
class NotOfTheCommitteeInForce(Conflict):
    title = Text(zh="不是在任的申诉委员会委员", en="Not of the committee in force")
    detail = Text(
        zh="{member_id} 不在现任申诉委员会名单中，或已离职",
        en="{member_id} is not of the appeal committee of today, or has left the college",
    )

    member_id: UUID


@dataclass(eq=False)
class ChallengedAlready(Conflict):
    title = Text(zh="已申请该委员回避", en="Challenged already")
    detail = Text(zh="对 {member_id} 的回避申请已提出", en="{member_id} was challenged before")

    member_id: UUID


@dataclass(eq=False)
class NotChallenged(Conflict):
    title = Text(zh="没有待决定的回避申请", en="There is no challenge to rule on")
    detail = Text(zh="没有针对 {member_id} 的待决定的回避申请", en="No challenge of {member_id} waits for a ruling")

    member_id: UUID


@dataclass(eq=False)
class AnotherRulesOnIt(Forbidden):
    title = Text(zh="应由其他委员决定", en="Somebody else rules on this")
    detail = Text(
        zh="对 {member_id} 的回避申请由 {ruler_id} 决定",
        en="The challenge of {member_id} is ruled on by {ruler_id}",
    )

    member_id: UUID
    ruler_id: UUID


@dataclass(eq=False)
class ChallengePending(Conflict):
    title = Text(zh="回避申请尚未决定", en="A challenge waits for its ruling")
    detail = Text(
        zh="须先对 {member_ids} 的回避申请作出决定", en="The challenge of {member_ids} has to be ruled on first"
    )

    member_ids: list[UUID]


@dataclass(eq=False)
class MediationFirst(Conflict):
    title = Text(zh="须先行调解", en="Mediation comes first")
    detail = Text(
        zh="调解未成或期满（{until}）后才能安排听证",
        en="A hearing is set when the mediation has failed or its time is out (until: {until})",
    )

    until: str


@dataclass(eq=False)
class HearingInThePast(Conflict):
    title = Text(zh="听证日期不能早于今天", en="A hearing is set beforehand")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class HearingNotHeld(Conflict):
    title = Text(zh="尚未举行听证", en="There was no hearing yet")
    detail = Text(
        zh="须先举行已安排的听证（{hearing_on}）",
        en="The hearing has to be held first, on its day (set for: {hearing_on})",
    )

    hearing_on: str


@dataclass(eq=False)
class HearingHeldAlready(Conflict):
    title = Text(zh="听证已经举行", en="The hearing was held already")
    detail = Text(
        zh="{hearing_on} 的听证已有记录；再次听证须另定日期",
        en="The hearing of {hearing_on} is on record; set another day to hear it again",
    )

    hearing_on: str


@dataclass(eq=False)
class AppealQuorumMissing(Conflict):
    title = Text(zh="出席委员不足法定人数", en="Too few of the committee")
    detail = Text(
        zh="{of} 名委员中至少须有 {needed} 名出席，只有 {present} 名",
        en="Of {of} members at least {needed} have to be there, {present} were",
    )

    needed: int
    present: int
    of: int


@dataclass(eq=False)
class AppealMajorityMissing(Conflict):
    title = Text(zh="赞成票不足", en="Too few votes")
    detail = Text(
        zh="{present} 名出席委员中至少须有 {needed} 票赞成，只有 {votes_for} 票",
        en="Of {present} who were there at least {needed} have to agree, {votes_for} did",
    )

    needed: int
    votes_for: int
    present: int


@dataclass(eq=False)
class NeverToTheAppellantsHarm(Conflict):
    title = Text(zh="不得加重对申诉人的处理", en="Never to the appellant's harm")
    detail = Text(
        zh="申诉决定不能使申诉人的处境比原决定更差",
        en="A decision on an appeal never leaves the appellant worse off than the decision before it",
    )


@dataclass(eq=False)
class AppealCommitteeTooSmall(Conflict):
    title = Text(zh="委员人数不足", en="Too few members")
    detail = Text(
        zh="申诉委员会至少需要 {needed} 名委员，只有 {got} 名",
        en="An appeal committee has at least {needed} members, {got} given",
    )

    needed: int
    got: int


@dataclass(eq=False)
class ChairNotAMember(Conflict):
    title = Text(zh="主任委员须为委员", en="The chair is one of the members")
    detail = Text(zh="{chair_id} 不在委员名单中", en="{chair_id} is not among the members")

    chair_id: UUID


@dataclass(eq=False)
class AppealCommitteeInForce(Conflict):
    title = Text(zh="已有在任的申诉委员会", en="There is a committee already")
    detail = Text(
        zh="同一时间只有一个申诉委员会；前一届须先届满（{until}）",
        en="There is one appeal committee at a time; the one before it has to end first (until: {until})",
    )

    until: str


@dataclass(eq=False)
class AppealCommitteeEndedAlready(Conflict):
    title = Text(zh="该届申诉委员会已结束", en="The committee has ended already")
    detail = Text(zh="已于 {until} 结束", en="It ended on {until}")

    until: str


@dataclass(eq=False)
class AppealCommitteeEndsBeforeItBegins(Conflict):
    title = Text(zh="结束日期早于任命日期", en="It would end before it begins")
    detail = Text(zh="任命自 {from_day} 起", en="It is appointed from {from_day}")

    from_day: str


@dataclass(eq=False)
class NotTheSchool(Conflict):
    title = Text(zh="申诉委员会属于学校", en="The committee is of the school")
    detail = Text(
        zh="字段 {field} 所指的不是学校本身", en="{field} names a unit that is not the school, or is not known here yet"
    )

    field: str


@dataclass(eq=False)
class AppealQuorumImpossible(Conflict):
    title = Text(zh="法定出席比例无法达到", en="A quorum that nobody can reach")
    detail = Text(
        zh="出席人数须超过所定比例，{parts}/{of} 应小于全体",
        en="More than the share have to be there: {parts} of {of} has to be less than all",
    )

    parts: int
    of: int


@dataclass(eq=False)
class AppealMajorityImpossible(Conflict):
    title = Text(zh="表决比例无效", en="A majority of nobody, or of more than all")
    detail = Text(
        zh="赞成比例 {parts}/{of} 应大于零且不超过全体",
        en="The share that agrees is more than nobody and at most all: {parts} of {of} is not",
    )

    parts: int
    of: int
