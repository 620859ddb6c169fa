"""The codes of the interfaces in words, for people who read Chinese: states, actions, roles and the names of things."""

from collections.abc import Mapping
from typing import Any

_CHINESE: Mapping[str, str] = {
    # things
    "award": "荣誉",
    "body": "教代会或工代会",
    "committee meeting": "执委会会议",
    "consent": "同意记录",
    "correction": "更正申请",
    "couple": "双职工登记",
    "delegation": "代表团",
    "import of delegates": "代表导入",
    "joint meeting": "联席会议",
    "member": "会员",
    "notice": "消息",
    "proposal": "提案",
    "request": "个人信息申请",
    "role assignment": "角色任命",
    "roster import": "花名册导入",
    "service account": "系统账号",
    "session": "会议",
    "term": "届",
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
    "attend": "登记出席",
    "cancel": "取消",
    "cancelled": "已取消",
    "close": "闭幕",
    "closed": "已闭幕",
    "confirm": "确认",
    "deliberate": "讨论",
    "complete": "完成",
    "done": "已完成",
    "end": "结束",
    "ended": "已结束",
    "filed": "已提交",
    "held": "依法保留",
    "hold": "保留",
    "in_post": "在职",
    "leave": "离职",
    "left": "已离职",
    "open": "开幕",
    "planned": "筹备中",
    "ready": "已就绪",
    "reinstate": "恢复在职",
    "retire": "退休",
    "retired": "已退休",
    "revise": "修改",
    "transfer": "调动",
    "vote": "表决",
    "waiting": "处理中",
    "withdraw": "撤回",
    "withdrawn": "已撤回",
    # fields
    "delegate_id": "代表",
    "kind": "类型",
    "leader_id": "团长",
    "member_id": "会员",
    "parent_id": "上级单位",
    "seconder_ids": "附议人",
    "session_ids": "会议",
    "staff_number": "工号",
    "unit_id": "单位",
    "unit_ids": "单位",
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
