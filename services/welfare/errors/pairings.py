"""The rules of pairings that can be broken."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class PairedAlready(Conflict):
    title = Text(zh="已经结对", en="Paired already")
    detail = Text(zh="该会员与这名学生的结对尚未结束", en="The member supports this student already")


@dataclass(eq=False)
class AmountWithoutGift(Conflict):
    title = Text(zh="只有慰问品才有金额", en="Only a gift has a value")
    detail = Text(zh="记录类型为 {given} 时不能填写金额", en="An amount is given with a gift, not with this: {given}")

    given: str
