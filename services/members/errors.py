"""The rules of the roster that can be broken."""

from dataclasses import dataclass

from shared.contracts.members import UnitKind
from shared.errors import Conflict, Text


@dataclass(eq=False)
class ParentMismatch(Conflict):
    title = Text(zh="上级单位不符", en="The unit above does not fit")
    detail = Text(
        zh="学校没有上级单位，其他单位必须有上级单位（kind 为 {unit_kind}）",
        en="The school has no unit above it, every other unit has one (kind is {unit_kind})",
    )

    unit_kind: UnitKind


@dataclass(eq=False)
class UnitUnknown(Conflict):
    title = Text(zh="单位不存在", en="There is no such unit")
    detail = Text(zh="字段 {field} 所指的单位不存在", en="The unit that {field} names does not exist")

    field: str


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
