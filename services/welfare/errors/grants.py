"""The rules of hardship grants that can be broken. None of them says anything of somebody else's case."""

from dataclasses import dataclass

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class RoundDatesInvalid(Conflict):
    title = Text(zh="批次日期不符", en="The dates do not fit")
    detail = Text(
        zh="截止日期不得早于开始日期，也不得早于今天（{today}）",
        en="It closes on or after its first day, and not before today, {today}",
    )

    today: str


@dataclass(eq=False)
class RoundNotOpen(Conflict):
    title = Text(zh="不在申报时间内", en="The round is not open")
    detail = Text(
        zh="该批次自 {opens_on} 起申报，截止日期为 {closes_on}",
        en="It is open from {opens_on}, its last day is {closes_on}",
    )

    opens_on: str
    closes_on: str


@dataclass(eq=False)
class KindNotTaken(Conflict):
    title = Text(zh="该批次不受理此类申请", en="The round does not take this kind")
    detail = Text(zh="该批次受理：{kinds}", en="It takes {kinds}")

    kinds: list[str]


@dataclass(eq=False)
class GrantRuleInThePast(Conflict):
    title = Text(zh="规则不能追溯", en="A rule does not reach back")
    detail = Text(zh="规则最早自今天（{today}）起施行", en="A rule is in force from today, {today}, or later")

    today: str


@dataclass(eq=False)
class GradesRepeated(Conflict):
    title = Text(zh="等级重复", en="A grade is there twice")
    detail = Text(zh="每个等级只能有一个金额", en="Each grade has one amount")


@dataclass(eq=False)
class EvidenceMissing(Conflict):
    title = Text(zh="缺少证明材料", en="The evidence is missing")
    detail = Text(zh="提交前须上传至少 {needed} 份证明材料", en="It takes at least {needed} files of evidence")

    needed: int


@dataclass(eq=False)
class TooMuchEvidence(Conflict):
    title = Text(zh="证明材料过多", en="Too many files of evidence")
    detail = Text(zh="每份申请最多 {at_most} 份证明材料", en="An application has at most {at_most} files of evidence")

    at_most: int


@dataclass(eq=False)
class OnceAYear(Conflict):
    """The member's own earlier application is the reason."""

    title = Text(zh="同类补助每年只能申请一次", en="Once a year for each kind")
    detail = Text(
        zh="您在 {year} 年已就同一类别提出过申请，该申请尚在办理或已获补助",
        en="In {year} there is an application of this kind already that is on its way or was granted",
    )

    year: int


@dataclass(eq=False)
class AskedWithinTheHousehold(Conflict):
    """Neither by whom nor what for."""

    title = Text(zh="同一事项每户只补助一次", en="One grant for one matter of a household")
    detail = Text(
        zh="按每户一次的规定，{year} 年同一事项已有申请或补助",
        en="A grant for this matter has been asked for or granted in {year} within the rule for households",
    )

    year: int


@dataclass(eq=False)
class CoveredByMutualAid(Conflict):
    title = Text(zh="互助保障已赔付的事项不再补助", en="Mutual aid has covered this matter")
    detail = Text(
        zh="该事项在 {year} 年已由互助保障赔付，按规定不再补助",
        en="Mutual aid has covered this matter in {year}, and by the rule no grant is given for it",
    )

    year: int


@dataclass(eq=False)
class OfOwnHousehold(Forbidden):
    title = Text(zh="不能经办本人家庭成员的事项", en="Not in a case of one's own household")
    detail = Text(zh="该事项与您有家庭关系，应由他人办理", en="You are related to the case: somebody else has to do it")


@dataclass(eq=False)
class FiledByReviewer(Forbidden):
    title = Text(zh="代为申请者不能审查同一申请", en="Who filed it does not review it")
    detail = Text(
        zh="该申请由您代为提出，应由他人审查", en="You have filed this application: somebody else has to review it"
    )


@dataclass(eq=False)
class PublishedInTheFuture(Conflict):
    title = Text(zh="公布日期不能晚于今天", en="It is recorded after it was published")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class GradeUnknown(Conflict):
    title = Text(zh="没有这个等级", en="There is no such grade")
    detail = Text(zh="现行等级为：{grades}", en="The grades are {grades}")

    grades: list[str]


@dataclass(eq=False)
class MoreThanTheGradeAllows(Conflict):
    """Without figures: what is left after other help is the applicant's own affair."""

    title = Text(zh="金额超过该等级标准", en="More than the grade allows")
    detail = Text(
        zh="金额须大于零，且不超过等级标准扣除互助保障赔付后的数额",
        en="The amount is more than nothing and at most what the grade allows, less what mutual aid has paid",
    )


@dataclass(eq=False)
class CommitteeMetInTheFuture(Conflict):
    title = Text(zh="会议日期不能晚于今天", en="A decision is recorded after the meeting")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class NoticeOver(Conflict):
    title = Text(zh="公示期已满", en="The notice is over")
    detail = Text(
        zh="公示截至 {notice_until}，之后不再受理异议", en="It ran until {notice_until}; objections come too late"
    )

    notice_until: str


@dataclass(eq=False)
class ObjectionRuledAlready(Conflict):
    title = Text(zh="该异议已经处理", en="The objection has been ruled on")
    detail = Text(zh="该异议已有处理结果，不能再次处理", en="There is a ruling already, and no second one")


@dataclass(eq=False)
class GrantChangedMeanwhile(Conflict):
    title = Text(zh="申请已被修改", en="The application has changed meanwhile")
    detail = Text(zh="该申请刚刚有变动，请重新读取后再试", en="It has changed a moment ago; read it again and repeat")


@dataclass(eq=False)
class RoundOfTheSchool(Conflict):
    title = Text(zh="须为学校", en="It has to be the school")
    detail = Text(zh="字段 {field} 应为学校一级单位", en="The unit that {field} names has to be the school")

    field: str
