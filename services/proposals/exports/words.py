"""The codes of forms and cases as a Chinese document says them."""

from collections.abc import Mapping
from typing import Final

from services.proposals.domain.cases import State as CaseState
from services.proposals.domain.proposals import Category, State
from shared.contracts.proposals.cases import AnswerType, CaseKind, RatingValue
from shared.contracts.proposals.forms import NotFiledReason

SOMEBODY: Final = "一位会员"
"""Whose name is not known, or was erased."""

CATEGORIES: Mapping[Category, str] = {
    Category.TEACHING: "教学",
    Category.RESEARCH: "科研",
    Category.PERSONNEL: "人事",
    Category.FINANCE: "财务",
    Category.FACILITIES: "后勤与设施",
    Category.WELFARE: "福利",
    Category.OTHER: "其他",
}
STATES: Mapping[State, str] = {
    State.COLLECTED: "待审查",
    State.REFERRED: "提请主席团决定",
    State.WITHDRAWN: "已撤回",
    State.FILED: "立案",
    State.OPINION: "意见建议",
    State.NOT_FILED: "暂不予立案",
    State.MERGED: "并案",
}
REASONS: Mapping[NotFiledReason, str] = {
    NotFiledReason.OUTSIDE_AUTHORITY: "不属于学校职权范围",
    NotFiledReason.PERSONAL_MATTER: "属于个人事项",
    NotFiledReason.ALREADY_SOLVED: "已经解决",
    NotFiledReason.NOT_FOR_THIS_CHANNEL: "不宜通过提案办理",
    NotFiledReason.NOT_ONE_MATTER: "不是一事一案",
    NotFiledReason.TOO_FEW_SECONDERS: "附议人不足",
}
KINDS: Mapping[CaseKind, str] = {CaseKind.FILED: "立案", CaseKind.OPINION: "意见建议"}
CASE_STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: "待交办",
    CaseState.ASSIGNED: "办理中",
    CaseState.ANSWERED: "待签发",
    CaseState.SENT: "已答复",
    CaseState.COMMITTED: "承诺落实中",
    CaseState.CLOSED: "已办结",
    CaseState.FORWARDED: "已转学校",
    CaseState.CANCELLED: "已取消",
}
ANSWERS: Mapping[AnswerType, str] = {
    AnswerType.DONE: "A 已采纳并落实",
    AnswerType.PLANNED: "B 已采纳，列入计划",
    AnswerType.NOT_POSSIBLE: "C 暂不能办理",
}
RATINGS: Mapping[RatingValue, str] = {
    RatingValue.SATISFIED: "满意",
    RatingValue.BASICALLY_SATISFIED: "基本满意",
    RatingValue.DISSATISFIED: "不满意",
}


def yes_or_no(value: bool) -> str:
    return "是" if value else "否"
