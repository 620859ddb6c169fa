"""The rules of cases that can be broken."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class NotTheLeadDepartment(Forbidden):
    title = Text(zh="须由主办部门办理", en="The lead department does that")
    detail = Text(zh="您所在部门不是该案的主办部门", en="Your department is not the lead department of this case")


@dataclass(eq=False)
class NotACoDepartment(Forbidden):
    title = Text(zh="不是协办部门", en="Not a co-department")
    detail = Text(zh="该部门不是此案的协办部门", en="That department is not a co-department of this case")


@dataclass(eq=False)
class LeadIsCoDepartment(Conflict):
    title = Text(zh="主办部门不能同时协办", en="The lead department is no co-department")
    detail = Text(zh="字段 co_unit_ids 不能包含主办部门", en="co_unit_ids must not hold the lead department")


@dataclass(eq=False)
class SameCoDepartments(Conflict):
    title = Text(zh="协办部门没有变化", en="The same co-departments")
    detail = Text(zh="所列协办部门与现有的相同", en="These are the co-departments that the case has")


@dataclass(eq=False)
class LeaderMissing(Conflict):
    title = Text(zh="须指定分管领导", en="A leader in charge is missing")
    detail = Text(
        zh="立案的提案须指定分管领导（leader_id），由其签发答复",
        en="A case has a leader in charge (leader_id), who signs its answer",
    )


@dataclass(eq=False)
class NotALeader(Conflict):
    title = Text(zh="不是分管领导", en="Not a leader in charge")
    detail = Text(
        zh="字段 {field} 所指的人当日不任分管领导", en="Whom {field} names is no leader of the school on that day"
    )

    field: str


@dataclass(eq=False)
class NoWatcher(Conflict):
    title = Text(zh="不是提案委员会成员", en="Not of the proposal committee")
    detail = Text(
        zh="字段 {field} 所指的人当日不是提案委员会成员",
        en="Whom {field} names is not of the proposal committee on that day",
    )

    field: str


@dataclass(eq=False)
class OpinionGiven(Conflict):
    title = Text(zh="已提交协办意见", en="The opinion was given")
    detail = Text(zh="该协办部门已提交意见", en="This co-department has given its opinion")


@dataclass(eq=False)
class OpinionsMissing(Conflict):
    title = Text(zh="尚待协办意见", en="Opinions of co-departments are missing")
    detail = Text(
        zh="以下协办部门尚未提交意见，其期限为 {until}：{unit_ids}",
        en="These co-departments have not given theirs, and have until {until}: {unit_ids}",
    )

    unit_ids: list[UUID]
    until: str


@dataclass(eq=False)
class ReturnedAlready(Conflict):
    title = Text(zh="只能退回一次", en="Returned once already")
    detail = Text(zh="该部门已退回过此案", en="This department has returned this case before")


@dataclass(eq=False)
class NoMoreExtensions(Conflict):
    title = Text(zh="延期次数已用完", en="No more extensions")
    detail = Text(zh="每轮办理最多延期 {most} 次", en="A case is extended at most {most} times in a round")

    most: int


@dataclass(eq=False)
class ExtensionTooLong(Conflict):
    title = Text(zh="延期过长", en="The extension is too long")
    detail = Text(zh="新的办理期限最迟为 {latest}", en="The new due date is {latest} at the latest")

    latest: str


@dataclass(eq=False)
class OpinionsOutlastAnswers(Conflict):
    title = Text(zh="协办期限长于答复期限", en="Opinions may not outlast answers")
    detail = Text(
        zh="协办意见的期限不得长于答复期限（{answer_within} 天）",
        en="Co-departments have no more days than the answer has, which are {answer_within}",
    )

    answer_within: int


@dataclass(eq=False)
class NothingHandedOver(Conflict):
    title = Text(zh="没有变更", en="Nothing was handed over")
    detail = Text(
        zh="须指定新的分管领导（leader_id）或督办委员（watcher_id）",
        en="It names a new leader in charge (leader_id) or a new member who watches over it (watcher_id)",
    )


@dataclass(eq=False)
class DueDateNotLater(Conflict):
    title = Text(zh="办理期限不符", en="The due date does not fit")
    detail = Text(zh="办理期限须晚于 {after}", en="It has to be later than {after}")

    after: str


@dataclass(eq=False)
class PlanMissing(Conflict):
    title = Text(zh="缺少计划完成日期", en="The plan has no date")
    detail = Text(
        zh="B 类答复须给出将来的计划完成日期，其他类型不得给出",
        en="An answer of type B names a date to come, the others name none",
    )


@dataclass(eq=False)
class NotTheLeaderInCharge(Forbidden):
    title = Text(zh="须由分管领导签发", en="The leader in charge signs")
    detail = Text(zh="您不是此案的分管领导", en="You are not the leader in charge of this case")


@dataclass(eq=False)
class WroteTheAnswer(Forbidden):
    title = Text(zh="不能签发自己撰写的答复", en="Nobody signs what they wrote")
    detail = Text(
        zh="这份答复由您撰写，须由另一位分管领导签发",
        en="You wrote this answer: another leader in charge has to sign it",
    )


@dataclass(eq=False)
class NotAnAuthor(Forbidden):
    title = Text(zh="须由提案人或附议人评价", en="Its authors rate it")
    detail = Text(zh="您不是该案的提案人或附议人", en="You are neither proposer nor seconder of this case")


@dataclass(eq=False)
class RatedAlready(Conflict):
    title = Text(zh="已评价", en="Rated already")
    detail = Text(zh="您已对第 {round} 次答复作出评价", en="You have rated the answer of round {round}")

    round: int


@dataclass(eq=False)
class NotOfAUnit(Conflict):
    title = Text(zh="只有二级单位的提案可以转报学校", en="Only a unit's case is forwarded")
    detail = Text(zh="该案属于学校教代会", en="This case is of the school's own body")


@dataclass(eq=False)
class NotTheSchoolsCall(Conflict):
    title = Text(zh="须转报学校教代会的征集", en="It is forwarded to a call of the school")
    detail = Text(
        zh="字段 {field} 所指的征集不属于学校", en="The call that {field} names is not one of the school's body"
    )

    field: str


@dataclass(eq=False)
class CasesNotOfTheUnit(Conflict):
    title = Text(zh="不是本单位的案件", en="Not cases of the unit")
    detail = Text(zh="以下案件不属于该单位：{case_ids}", en="These are no cases of the unit's body: {case_ids}")

    case_ids: list[UUID]


@dataclass(eq=False)
class NotToBeChosen(Conflict):
    title = Text(zh="不能评为优秀提案", en="Not to be chosen")
    detail = Text(
        zh="以下提案不属于该单位，或既未立案，也不是已答复的意见建议：{proposal_ids}",
        en="These are not of the unit, or neither cases nor opinions that were answered: {proposal_ids}",
    )

    proposal_ids: list[UUID]


@dataclass(eq=False)
class NothingChosen(Conflict):
    title = Text(zh="未选定提案或部门", en="Nothing was chosen")
    detail = Text(zh="至少选定一件提案或一个部门", en="At least one proposal or one department is chosen")
