"""The rules of benefits that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class DriveDaysOutOfOrder(Conflict):
    title = Text(zh="日期顺序不符", en="The days are out of order")
    detail = Text(
        zh="名单冻结日须为今天（{today}）或以后，选择截止时间须在其后且尚未到来，领取须在截止之后开始、不早于开始结束",
        en=(
            "The roster is frozen today ({today}) or later, choosing ends after that and in the future, and the"
            " pick-up begins when it has ended"
        ),
    )

    today: str


@dataclass(eq=False)
class OneDefaultPackage(Conflict):
    title = Text(zh="须有且只有一种默认套餐", en="One package is the default")
    detail = Text(zh="标为默认的套餐有 {given} 种，应为 1 种", en="{given} packages are the default instead of one")

    given: int


@dataclass(eq=False)
class RosterListTooLong(Conflict):
    title = Text(zh="名单过长", en="The list is too long")
    detail = Text(zh="单独增减的名单最多 {limit} 人", en="The list of its own holds at most {limit} members")

    limit: int


@dataclass(eq=False)
class NobodyEntitled(Conflict):
    title = Text(zh="没有人享有", en="Nobody is entitled")
    detail = Text(zh="名单中没有会员，不能公布", en="There is no member in the roster: nothing can be announced")


@dataclass(eq=False)
class DefaultPackageScarce(Conflict):
    title = Text(zh="默认套餐数量不足", en="There is not enough of the default package")
    detail = Text(
        zh="默认套餐有 {stock} 份，而 {entitled} 人都可能不作选择",
        en="There are {stock} of the default package, and {entitled} members may choose nothing",
    )

    stock: int
    entitled: int


@dataclass(eq=False)
class BudgetTooSmall(Conflict):
    title = Text(zh="预算不足", en="The budget is too small")
    detail = Text(
        zh="按最贵的选择需要 {needed_fen} 元，预算为 {budget_fen} 元",
        en="The dearest choices take {needed_fen} yuan, the budget is {budget_fen} yuan",
    )

    needed_fen: int
    budget_fen: int


@dataclass(eq=False)
class DriveChangedMeanwhile(Conflict):
    title = Text(zh="内容已同时被修改", en="It was changed at the same moment")
    detail = Text(
        zh="福利品发放或同年的其他节日福利刚刚有变动，请重新查看后再办理",
        en="The drive, or another one of the year's holidays, has just changed: look at it again and repeat",
    )


@dataclass(eq=False)
class ChoosingOver(Conflict):
    title = Text(zh="选择已截止", en="The time to choose is over")
    detail = Text(
        zh="选择截止时间为 {choose_by}；未选择的会员将领取默认套餐",
        en="Packages were chosen until {choose_by}; who has chosen nothing gets the default one",
    )

    choose_by: str


@dataclass(eq=False)
class PackageUnknown(Conflict):
    title = Text(zh="没有这种套餐", en="There is no such package")
    detail = Text(zh="字段 {field} 所指的套餐不属于这次发放", en="What {field} names is no package of this drive")

    field: str


@dataclass(eq=False)
class OutOfStock(Conflict):
    title = Text(zh="套餐已无库存", en="The package is out of stock")
    detail = Text(zh="套餐“{package}”已被选完，请另选", en="None of {package} is left: choose another one")

    package: str


@dataclass(eq=False)
class ChosenMeanwhile(Conflict):
    title = Text(zh="选择刚刚被更改", en="It was chosen at the same moment")
    detail = Text(zh="该会员的选择刚刚有变动，请重新查看", en="This member's choice has just changed: look at it again")


@dataclass(eq=False)
class PickUpClosed(Conflict):
    title = Text(zh="不在领取时间内", en="Nothing is picked up on this day")
    detail = Text(
        zh="领取时间为 {pick_up_from} 至 {pick_up_until}",
        en="It is picked up from {pick_up_from} until {pick_up_until}",
    )

    pick_up_from: str
    pick_up_until: str


@dataclass(eq=False)
class PickUpNotLonger(Conflict):
    title = Text(zh="领取期限须延后", en="An extension ends later")
    detail = Text(
        zh="新的最后领取日须晚于 {pick_up_until}，且不早于今天",
        en="The new last day is after {pick_up_until}, and not in the past",
    )

    pick_up_until: str


@dataclass(eq=False)
class StillToCollect(Conflict):
    title = Text(zh="还有未领取的福利品", en="Not everything is collected")
    detail = Text(
        zh="还有 {uncollected} 份未领取：请先办理，或注明作退回处理",
        en="{uncollected} are not collected yet: see to them first, or have them marked as returned",
    )

    uncollected: int


@dataclass(eq=False)
class NotOfTheMonth(Conflict):
    title = Text(zh="不在发放月份内", en="Not in this month")
    detail = Text(
        zh="今天是 {today}，只能发放 {year} 年当月或以前月份的生日券",
        en="Today is {today}: vouchers of {year} are issued in their month or later",
    )

    today: str
    year: int


@dataclass(eq=False)
class VouchersUsedUp(Conflict):
    title = Text(zh="生日券已发完", en="No voucher is left")
    detail = Text(zh="本年度最多发放 {most} 张", en="At most {most} are issued in this year")

    most: int


@dataclass(eq=False)
class VouchersStillOpen(Conflict):
    title = Text(zh="还有未使用的生日券", en="Vouchers are still open")
    detail = Text(
        zh="还有 {open} 张既未使用也未过期，不能结束", en="{open} are neither used nor expired: it cannot be closed yet"
    )

    open: int


@dataclass(eq=False)
class NotInPost(Conflict):
    title = Text(zh="会员不在职", en="The member is not in post")
    detail = Text(zh="字段 {field} 所指的会员不在职", en="The member that {field} names is not in post")

    field: str
