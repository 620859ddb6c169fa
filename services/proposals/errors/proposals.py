"""The rules of forms that can be broken."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class SecondersMissing(Conflict):
    title = Text(zh="附议人不足", en="Too few seconders")
    detail = Text(
        zh="至少需要 {needed} 名附议人同意附议，现有 {got} 名",
        en="At least {needed} seconders who have accepted are needed, there are {got}",
    )

    needed: int
    got: int


@dataclass(eq=False)
class ProposerSecondsOwn(Conflict):
    title = Text(zh="不能附议自己的提案", en="Nobody seconds their own proposal")
    detail = Text(zh="提案人不能同时是附议人", en="The proposer cannot be a seconder")


@dataclass(eq=False)
class NotDelegates(Conflict):
    title = Text(zh="附议人须为代表", en="Only delegates second")
    detail = Text(zh="以下人员不是本届代表：{member_ids}", en="These are no delegates of the term: {member_ids}")

    member_ids: list[UUID]


@dataclass(eq=False)
class NotADelegate(Forbidden):
    title = Text(zh="只有本届代表可以提出和附议提案", en="Only delegates of the term file and second proposals")
    detail = Text(zh="您不是本届代表", en="You are not a delegate of this term")


@dataclass(eq=False)
class NotTheLeader(Forbidden):
    title = Text(zh="只有代表团团长可以代表团名义提出", en="Only its leader files for a delegation")
    detail = Text(zh="您不是该代表团团长", en="You are not the leader of this delegation")


@dataclass(eq=False)
class TooManyForms(Conflict):
    title = Text(zh="提案数量已达上限", en="No more forms in this call")
    detail = Text(zh="每名代表每次征集最多提出 {most} 件", en="A delegate files at most {most} forms in a call")

    most: int


@dataclass(eq=False)
class NotTheProposer(Forbidden):
    title = Text(zh="只有提案人可以办理", en="Only the proposer may")
    detail = Text(zh="您不是该提案的提案人", en="You are not the proposer of this proposal")


@dataclass(eq=False)
class ForwardedByAUnit(Conflict):
    title = Text(zh="该提案由二级单位转报", en="A unit has forwarded it")
    detail = Text(
        zh="转报学校的提案不能由提案人修改、撤回或邀请附议",
        en="What a unit has forwarded to the school is not revised, seconded or withdrawn by its proposer",
    )


@dataclass(eq=False)
class NotInvited(Forbidden):
    title = Text(zh="未被邀请附议", en="Not invited to second")
    detail = Text(zh="您不在该提案的附议邀请名单中", en="You were not invited to second this proposal")


@dataclass(eq=False)
class SecondAnswered(Conflict):
    title = Text(zh="已作出附议答复", en="Answered already")
    detail = Text(zh="您的答复是 {answer}", en="Your answer is {answer}")

    answer: str


@dataclass(eq=False)
class TextMovedOn(Conflict):
    """The text that was seconded is not the text that there is."""

    title = Text(zh="提案内容已修改", en="The text has changed")
    detail = Text(
        zh="您答复的是第 {given} 稿，当前为第 {current} 稿；请重新阅读后答复",
        en="You answer to draft {given}, the current one is {current}; read it again and answer",
    )

    given: int
    current: int


@dataclass(eq=False)
class LateOnlyOpinion(Conflict):
    title = Text(zh="逾期提交只能作为意见建议", en="What arrived late may only become an opinion")
    detail = Text(
        zh="该提案或并入的提案在征集截止后提交，不能立案，也不能并入已立案的提案",
        en="It, or one merged into it, was filed after the call had closed: neither a case nor merged into one",
    )


@dataclass(eq=False)
class OthersMergedIntoIt(Conflict):
    title = Text(zh="已有其他提案并入", en="Others were merged into it")
    detail = Text(
        zh="以下提案已并入本提案，请先撤销并案，或改为反向并案：{proposal_ids}",
        en="These were merged into it: take the merger back first, or merge the other way round: {proposal_ids}",
    )

    proposal_ids: list[UUID]


@dataclass(eq=False)
class MergerIntoItself(Conflict):
    title = Text(zh="不能并入自身", en="A form is not merged into itself")
    detail = Text(zh="并案须是两件不同的提案", en="A merger is of two forms")


@dataclass(eq=False)
class OfDifferentBodies(Conflict):
    title = Text(zh="不属于同一会议机构", en="Of different bodies")
    detail = Text(zh="只有同一教代会（工代会）的提案可以并案", en="Only forms of the same body are merged")


@dataclass(eq=False)
class NotMergedIntoThat(Conflict):
    title = Text(zh="未并入该提案", en="It was not merged into that one")
    detail = Text(zh="并案关系已经变动", en="The merger has changed meanwhile")


@dataclass(eq=False)
class DisposedMeanwhile(Conflict):
    title = Text(zh="提案处理意见已变动", en="It was disposed of meanwhile")
    detail = Text(
        zh="他人同时处理了该提案，请重新读取后再提交",
        en="Somebody else disposed of it at the same moment: read it again",
    )


@dataclass(eq=False)
class NotOfThePresidium(Forbidden):
    title = Text(zh="须由主席团决定", en="The presidium decides")
    detail = Text(zh="您不是处理该提案的主席团成员", en="You are not one of the presidium to which it was referred")


@dataclass(eq=False)
class PresidiumMissing(Conflict):
    title = Text(zh="会议尚未确定主席团", en="The session has no presidium yet")
    detail = Text(zh="请先为该次会议确定主席团", en="Name the presidium of the session first")


@dataclass(eq=False)
class RuleInThePast(Conflict):
    title = Text(zh="规则不能追溯", en="A rule does not reach back")
    detail = Text(
        zh="今天是 {today}；规则自今天或以后生效", en="Today is {today}; a rule is in force from today or later"
    )

    today: str
