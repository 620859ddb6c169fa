"""The rules of proposals that can be broken."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Forbidden, Text


@dataclass(eq=False)
class SecondersMissing(Conflict):
    title = Text(zh="附议人不足", en="Too few seconders")
    detail = Text(
        zh="至少需要 {needed} 名附议人，只有 {got} 名",
        en="At least {needed} seconders are needed, {got} given",
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
    detail = Text(zh="以下人员不是代表：{member_ids}", en="These are no delegates: {member_ids}")

    member_ids: list[UUID]


@dataclass(eq=False)
class NotTheProposer(Forbidden):
    title = Text(zh="只有提案人可以撤回", en="Only the proposer withdraws")
    detail = Text(zh="您不是该提案的提案人", en="You are not the proposer of this proposal")
