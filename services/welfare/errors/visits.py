"""The rules of visits that can be broken, of single ones and of batches."""

from dataclasses import dataclass

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class VisitInTheFuture(Conflict):
    title = Text(zh="慰问日期不能晚于今天", en="A visit is logged after it was made")
    detail = Text(zh="今天是 {today}", en="Today is {today}")

    today: str


@dataclass(eq=False)
class ProposedByYourself(Forbidden):
    title = Text(zh="申报人不能审批或付款", en="Whoever proposes neither approves nor pays")
    detail = Text(
        zh="这项慰问由您申报，须由他人办理", en="It was proposed by yourself: somebody else signs for it and pays it"
    )


@dataclass(eq=False)
class NotTheNextSigner(Conflict):
    title = Text(zh="尚未轮到您签字", en="It is not your turn to sign")
    detail = Text(zh="现在须由以下角色签字：{needed}", en="It is to be signed now as: {needed}")

    needed: tuple[str, ...]


@dataclass(eq=False)
class SignedAlready(Conflict):
    title = Text(zh="您已签字", en="You have signed it already")
    detail = Text(zh="同一人不能代表两个角色签字", en="Nobody signs twice, whatever roles they hold")


@dataclass(eq=False)
class SignedMeanwhile(Conflict):
    title = Text(zh="他人已先行办理", en="Somebody else was faster")
    detail = Text(zh="请重新读取后再试", en="It has been signed or closed meanwhile: read it again")


@dataclass(eq=False)
class VisitErased(Conflict):
    title = Text(zh="慰问内容已删除", en="What the visit was about is erased")
    detail = Text(
        zh="会员的个人信息已删除，不能再审批", en="The member's data were erased: it cannot be approved any more"
    )


@dataclass(eq=False)
class ReceiptDayWrong(Conflict):
    title = Text(zh="签收日期不符", en="The day of the receipt does not fit")
    detail = Text(zh="签收日期应在 {visited_on} 与 {today} 之间", en="It lies between {visited_on} and {today}")

    visited_on: str
    today: str


@dataclass(eq=False)
class SignedForByThePayer(Conflict):
    title = Text(zh="付款人不能代为签收", en="Whoever paid does not sign for it")
    detail = Text(zh="应由会员本人或同事签收", en="The member signs for it, or a colleague")


@dataclass(eq=False)
class NobodyOnTheList(Conflict):
    title = Text(zh="名单上没有可登记的会员", en="There is nobody on the list")
    detail = Text(zh="名单中没有一行可以登记", en="None of the rows can be accepted")


@dataclass(eq=False)
class ColumnOfStaffNumbersMissing(Conflict):
    title = Text(zh="名单缺少工号列", en="The list has no column of staff numbers")
    detail = Text(zh="表头须有“工号”一列", en="One column has to be called staff number")
