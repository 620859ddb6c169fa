"""The rules of the roster that can be broken."""

from dataclasses import dataclass

from shared.contracts.members import UnitKind
from shared.errors import Conflict, Forbidden, Malformed, Text
from shared.roles import Role


@dataclass(eq=False)
class ParentMismatch(Conflict):
    title = Text(zh="上级单位不符", en="The unit above does not fit")
    detail = Text(
        zh="学校没有上级单位，其他单位必须有上级单位（kind 为 {unit_kind}）",
        en="The school has no unit above it, every other unit has one (kind is {unit_kind})",
    )

    unit_kind: UnitKind


@dataclass(eq=False)
class SchoolStays(Conflict):
    title = Text(zh="学校是根单位", en="The school is the root")
    detail = Text(zh="学校不能移动，也不能撤销", en="The school is neither moved nor closed")


@dataclass(eq=False)
class UnitBelowItself(Conflict):
    title = Text(zh="单位不能隶属于自身", en="A unit cannot lie below itself")
    detail = Text(
        zh="新的上级单位是该单位本身，或是其下级单位", en="The unit above would be the unit itself, or one below it"
    )


@dataclass(eq=False)
class TreeMovedMeanwhile(Conflict):
    title = Text(zh="单位结构正在变动", en="The tree of units is being moved")
    detail = Text(
        zh="其他人同时移动了单位，请重新提交", en="Somebody else moved units at the same moment: send it again"
    )


@dataclass(eq=False)
class UnitClosedAlready(Conflict):
    title = Text(zh="单位已撤销", en="The unit was closed")
    detail = Text(zh="该单位已于 {closed_on} 撤销", en="The unit was closed on {closed_on}")

    closed_on: str


@dataclass(eq=False)
class UnitInUse(Conflict):
    title = Text(zh="单位仍在使用", en="The unit is in use")
    detail = Text(
        zh="该单位尚有 {members_in_post} 名在职会员、{open_units_below} 个下级单位",
        en="It has {members_in_post} members in post and {open_units_below} open units below it",
    )

    members_in_post: int
    open_units_below: int


@dataclass(eq=False)
class UnitUnknown(Conflict):
    title = Text(zh="单位不存在", en="There is no such unit")
    detail = Text(zh="字段 {field} 所指的单位不存在", en="The unit that {field} names does not exist")

    field: str


@dataclass(eq=False)
class SeatedElsewhere(Conflict):
    title = Text(zh="此身份不在花名册授予", en="It is not the roster that gives this role")
    detail = Text(
        zh="{role} 由教代会（工代会）届次登记产生", en="Whoever is seated in a term of a congress is a {role}"
    )

    role: Role


@dataclass(eq=False)
class RoleRevokedAlready(Conflict):
    title = Text(zh="角色已终止", en="The role has ended already")
    detail = Text(zh="该角色已于 {until_date} 终止", en="The role ended on {until_date}")

    until_date: str


@dataclass(eq=False)
class RoleEndsBeforeItBegins(Conflict):
    title = Text(zh="终止日期早于开始日期", en="The role would end before it begins")
    detail = Text(zh="该角色自 {from_date} 开始", en="The role begins on {from_date}")

    from_date: str


@dataclass(eq=False)
class PermitsMismatch(Conflict):
    title = Text(zh="许可与角色不符", en="The permits do not fit the role")
    detail = Text(
        zh="系统账号须写明许可（permits），其他角色没有许可",
        en="An account of another system has one permit or more, and no other role has any",
    )


@dataclass(eq=False)
class AccountIsAMember(Conflict):
    title = Text(zh="会员不能是系统账号", en="A member is no account of another system")
    detail = Text(
        zh="字段 {field} 所指的是会员；系统账号应有自己的编号",
        en="{field} names a member; the account of a system has an id of its own",
    )

    field: str


@dataclass(eq=False)
class NotYetDay(Conflict):
    title = Text(zh="日期不能晚于今天", en="The day has not come yet")
    detail = Text(
        zh="今天是 {today}；变动在发生之后登记", en="Today is {today}; a change is recorded once it has happened"
    )

    today: str


@dataclass(eq=False)
class BeforeTheLastChange(Conflict):
    title = Text(zh="日期早于上一次变动", en="The day lies before the last change")
    detail = Text(zh="上一次变动的日期是 {last}", en="The last change was on {last}")

    last: str


@dataclass(eq=False)
class TransferToTheSame(Conflict):
    title = Text(zh="已在该单位", en="Already in that unit")
    detail = Text(zh="会员已在字段 unit_id 所指的单位", en="The member is in the unit that unit_id names already")


@dataclass(eq=False)
class MembershipAsItIs(Conflict):
    title = Text(zh="会籍状态未变", en="The membership is so already")
    detail = Text(zh="会籍自 {since} 起即为此状态", en="It has been so since {since}")

    since: str


@dataclass(eq=False)
class NotYoursToChange(Forbidden):
    title = Text(zh="不能自行修改", en="Not yours to change")
    detail = Text(
        zh="以下字段须由管理员修改，您可提出更正申请：{fields}",
        en="Administrators change these; you may ask for a correction: {fields}",
    )

    fields: list[str]


@dataclass(eq=False)
class ErasedAlready(Conflict):
    title = Text(zh="个人信息已删除", en="The member was erased")
    detail = Text(
        zh="该会员的个人信息已删除，不能再变更；重新入会请另行登记",
        en="The data of this member were erased, and nothing changes any more; who comes back is entered anew",
    )


@dataclass(eq=False)
class ArchiveGone(Conflict):
    title = Text(zh="资料已清除", en="The archive is gone")
    detail = Text(
        zh="资料汇总后保留 {days} 天，现已不完整；请重新申请",
        en="What was gathered is kept for {days} days and is not complete any more: ask again",
    )

    days: int


@dataclass(eq=False)
class AnswersOutdated(Conflict):
    title = Text(zh="各服务的答复已过期", en="The answers are too old")
    detail = Text(
        zh="各服务的答复须在 {hours} 小时之内；请重新提出申请",
        en="What the services answered holds for {hours} hours: ask them again by a new request",
    )

    hours: int


@dataclass(eq=False)
class CoupleOfOne(Conflict):
    title = Text(zh="须为两名会员", en="A couple is two members")
    detail = Text(zh="字段 member_ids 须为两名不同的会员", en="member_ids names two different members")


@dataclass(eq=False)
class CoupleEndedAlready(Conflict):
    title = Text(zh="双职工登记已终止", en="The couple has ended already")
    detail = Text(zh="该登记已于 {until} 终止", en="It ended on {until}")

    until: str


@dataclass(eq=False)
class StillAMember(Conflict):
    title = Text(zh="仍为在册会员", en="Still a member")
    detail = Text(
        zh="会员在职且会籍存续期间，履职所必需的信息不能删除；请先终止会籍或办理离职",
        en="While somebody is in post and in the union, what that takes is not erased: end the membership first",
    )


@dataclass(eq=False)
class ErasureHeld(Conflict):
    title = Text(zh="依法须继续保留", en="The law makes us keep it")
    detail = Text(zh="须保留至 {until}，依据：{source}", en="It has to be kept until {until}, by: {source}")

    until: str
    source: str


@dataclass(eq=False)
class ArchiveNotReady(Conflict):
    title = Text(zh="资料尚未汇总完毕", en="The archive is not complete")
    detail = Text(zh="尚待以下服务答复：{waiting_for}", en="These services have not answered: {waiting_for}")

    waiting_for: list[str]


@dataclass(eq=False)
class ConsentTextUnknown(Conflict):
    title = Text(zh="没有这份同意书", en="There is no such text")
    detail = Text(
        zh="目的 {purpose} 没有第 {version} 版同意书，或其尚未生效、已被取代",
        en="There is no version {version} of a text for {purpose} in force today",
    )

    purpose: str
    version: int


@dataclass(eq=False)
class ConsentWithdrawnAlready(Conflict):
    title = Text(zh="同意已撤回", en="The consent was withdrawn")
    detail = Text(zh="已于 {withdrawn_at} 撤回", en="It was withdrawn at {withdrawn_at}")

    withdrawn_at: str


@dataclass(eq=False)
class ColumnUnknown(Malformed):
    title = Text(zh="列对应关系有误", en="The mapping of columns is wrong")
    detail = Text(
        zh="没有字段 {field}，或花名册中没有它所对应的列",
        en="There is no field {field}, or no column of the sheet by the name that is given for it",
    )

    field: str


@dataclass(eq=False)
class ColumnsMissing(Conflict):
    title = Text(zh="缺少必需的列", en="Columns are missing")
    detail = Text(
        zh="以下字段没有对应的列，请在 mapping 中指明：{fields}",
        en="These fields have no column; say which it is in `mapping`: {fields}",
    )

    fields: list[str]


@dataclass(eq=False)
class ImportRunning(Conflict):
    title = Text(zh="正在处理中", en="It is being worked on")
    detail = Text(
        zh="此导入正在检查或写入，请稍后再试", en="This import is being checked or applied: wait until it is done"
    )


@dataclass(eq=False)
class ImportNotChecked(Conflict):
    title = Text(zh="请先试运行", en="It has not been checked")
    detail = Text(zh="写入之前须先试运行并查看结果", en="Run it dry first, and look at what it would do")


@dataclass(eq=False)
class SheetGone(Conflict):
    title = Text(zh="花名册文件已清除", en="The sheet is gone")
    detail = Text(zh="文件保留 {days} 天，请重新上传", en="A sheet is kept for {days} days: upload it again")

    days: int
