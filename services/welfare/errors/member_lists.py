"""The rules of lists of members that can be broken: of a whole list, or of a row of it."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class SheetWithoutColumn(Conflict):
    title = Text(zh="缺少必需的列", en="A column is missing")
    detail = Text(zh="表格中没有{field}一列", en="The sheet has no column of the {field}")

    field: str


@dataclass(eq=False)
class MemberHasLeft(Conflict):
    title = Text(zh="会员已离职", en="The member has left")
    detail = Text(
        zh="字段 {field} 所指的会员已经离职，不能办理", en="The member that {field} names has left the college"
    )

    field: str


@dataclass(eq=False)
class NoSuchUnit(Conflict):
    title = Text(zh="单位不存在", en="There is no such unit")
    detail = Text(
        zh="字段 {field} 所指的单位不存在，或其登记尚未送达本服务",
        en="The unit that {field} names does not exist, or has not become known here yet",
    )

    field: str
