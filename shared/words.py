"""The codes of the interfaces in words, for people who read Chinese: states, actions, roles and the names of things."""

from collections.abc import Mapping
from typing import Any

_CHINESE: Mapping[str, str] = {
    # things
    "appeal": "申诉",
    "appeal committee": "申诉委员会",
    "award": "荣誉",
    "consent": "同意记录",
    "correction": "更正申请",
    "couple": "双职工登记",
    "member": "会员",
    "notice": "消息",
    "proposal": "提案",
    "request": "个人信息申请",
    "role assignment": "角色任命",
    "roster import": "花名册导入",
    "service account": "系统账号",
    "unit": "单位",
    "visit": "慰问记录",
    # roles
    "administrator": "管理员",
    "audit_committee": "经审会",
    "branch_chair": "分工会主席",
    "branch_officer": "分工会委员",
    "delegate": "代表",
    "department_handler": "承办部门",
    "finance_officer": "财务",
    "judge": "评委",
    "proposal_committee": "提案委员会",
    "school_leader": "分管领导",
    "service_account": "系统账号",
    "union_officer": "工会干部",
    # units
    "faculty": "院系",
    "office": "部门",
    "school": "学校",
    # states and actions
    "accept": "受理",
    "accepted": "已受理",
    "decide": "作出决定",
    "decided": "已决定",
    "fail_mediation": "终止调解",
    "hearing": "听证中",
    "hold_hearing": "举行听证",
    "mediation": "调解中",
    "open_mediation": "开始调解",
    "recuse": "回避",
    "refuse": "不予受理",
    "refused": "未受理",
    "schedule_hearing": "安排听证",
    "settle": "调解结案",
    "settled": "已调解",
    "submitted": "待受理",
    "confirm": "确认",
    "complete": "完成",
    "done": "已完成",
    "filed": "已提交",
    "held": "依法保留",
    "hold": "保留",
    "in_post": "在职",
    "leave": "离职",
    "left": "已离职",
    "ready": "已就绪",
    "reinstate": "恢复在职",
    "retire": "退休",
    "retired": "已退休",
    "transfer": "调动",
    "waiting": "处理中",
    "withdraw": "撤回",
    "withdrawn": "已撤回",
    # fields
    "kind": "类型",
    "member_id": "会员",
    "member_ids": "成员",
    "parent_id": "上级单位",
    "respondent_id": "答辩人",
    "respondent_unit_id": "作出决定的单位",
    "seconder_ids": "附议人",
    "staff_number": "工号",
    "unit_id": "单位",
}


def chinese(value: Any) -> Any:
    """A fact as a Chinese sentence says it: lists joined, codes with their word."""
    if isinstance(value, list):
        return "、".join(str(chinese(item)) for item in value)
    word = _CHINESE.get(value) if isinstance(value, str) else None
    return f"{word}（{value}）" if word and word != value else value


def english(value: Any) -> Any:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else value


def named(code: str) -> bool:
    """Whether there is a Chinese word for the code."""
    return code in _CHINESE
