"""The rules of mutual aid that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class AidPeriodReversed(Conflict):
    title = Text(zh="保障期限不符", en="The period does not fit")
    detail = Text(zh="保障终止日不得早于起始日", en="A scheme covers until its first day or a later one")


@dataclass(eq=False)
class AidPlanOnlyShortened(Conflict):
    title = Text(zh="保障计划只能提前终止", en="A scheme can only be shortened")
    detail = Text(
        zh="终止日须在 {first} 至 {last} 之间，且早于原终止日",
        en="The last day lies between {first} and {last}, and before the one that there is",
    )

    first: str
    last: str


@dataclass(eq=False)
class AidMatterNotCovered(Conflict):
    title = Text(zh="不在保障范围内", en="Not covered")
    detail = Text(zh="该保障计划只涵盖：{covered}", en="The scheme covers {covered}")

    covered: list[str]


@dataclass(eq=False)
class AidDayNotCovered(Conflict):
    title = Text(zh="不在保障期内", en="Not covered on that day")
    detail = Text(
        zh="字段 {field} 的日期须在 {first} 至 {last} 之间", en="The day of {field} lies between {first} and {last}"
    )

    field: str
    first: str
    last: str


@dataclass(eq=False)
class AidNotEnrolled(Conflict):
    title = Text(zh="未参加该保障计划", en="Not enrolled in the scheme")
    detail = Text(
        zh="字段 {field} 所指的会员没有参加该保障计划", en="The member that {field} names is not enrolled in the scheme"
    )

    field: str


@dataclass(eq=False)
class AidEnrolledAlready(Conflict):
    title = Text(zh="已经参保", en="Enrolled already")
    detail = Text(zh="该会员已参加该保障计划", en="The member is enrolled in the scheme")


@dataclass(eq=False)
class AidEnrolmentEndedBefore(Conflict):
    title = Text(zh="参保已终止", en="The enrolment had ended")
    detail = Text(
        zh="该会员在此计划中的参保已于此前终止；如属误操作，请恢复原参保记录",
        en="The member was enrolled in this scheme and is no more: resume that enrolment where it ended by mistake",
    )


@dataclass(eq=False)
class AidClaimedAlready(Conflict):
    title = Text(zh="同一事项已有申请", en="Claimed already")
    detail = Text(
        zh="该会员在同一保障计划中已就同一事项、同一日期提出申请",
        en="There is a claim of the member for this matter and day in the same scheme",
    )


@dataclass(eq=False)
class AidClaimErased(Conflict):
    title = Text(zh="申请内容已删除", en="The contents of the claim were erased")
    detail = Text(zh="该申请的内容已依法删除，不能再修改", en="What the claim was about was erased: it changes no more")
