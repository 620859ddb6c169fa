"""The codes of money as a Chinese document says them."""

from collections.abc import Mapping

from services.welfare.domain.ledger import Account, Movement
from shared.contracts.welfare.funds import Category, SpendingState
from shared.contracts.welfare.policies import SpendingKind

CATEGORIES: Mapping[Category, str] = {
    Category.ACTIVITIES: "职工活动支出",
    Category.RIGHTS: "维权支出",
    Category.OPERATIONS: "业务支出",
    Category.CAPITAL: "资本性支出",
    Category.INSTITUTIONS: "事业支出",
    Category.OTHER: "其他支出",
}
ACCOUNTS: Mapping[Account, str] = {
    Account.APPROPRIATION: "预算拨入",
    Account.AVAILABLE: "可用",
    Account.RESERVED: "已预留",
    Account.SPENT: "已支出",
}
MOVEMENTS: Mapping[Movement, str] = {
    Movement.GRANTED: "下达预算",
    Movement.MOVED: "预算调剂",
    Movement.RESERVED: "预留",
    Movement.PAID: "付款",
    Movement.RELEASED: "释放预留",
    Movement.REFUNDED: "退款",
}
KINDS: Mapping[SpendingKind, str] = {
    SpendingKind.VISIT: "慰问",
    SpendingKind.BATCH_VISIT: "集体慰问",
    SpendingKind.HARDSHIP_GRANT: "困难补助",
    SpendingKind.BENEFIT: "福利品",
    SpendingKind.MUTUAL_AID: "互助保障",
    SpendingKind.PAIRING: "结对帮扶",
    SpendingKind.ACTIVITY: "活动",
    SpendingKind.EXPENSE: "报销",
}
STATES: Mapping[SpendingState, str] = {
    SpendingState.RESERVED: "已预留",
    SpendingState.PAID: "已付款",
    SpendingState.RELEASED: "已释放",
    SpendingState.REFUNDED: "已退款",
}
