"""What lists of members have in common: how they are handed in, and what is told of each row."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request
from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.welfare.domain.member_lists import CARD_NUMBER, MOST_ROWS, STAFF_NUMBER, Entry, Outcome, Verdict
from shared.errors import Text, titles
from shared.http.bodies import Body, Ids, View
from shared.http.messages import field_message
from shared.http.problems import prefers_english


def _unlike(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("duplicates", "must not hold the same twice")
    return values


StaffNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=f"^{STAFF_NUMBER.pattern}$"), Field(examples=["T0001"])
]
CardNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=f"^{CARD_NUMBER.pattern}$"),
    Field(description="The whole number. It is kept sealed: its last four digits are shown."),
]
DryRun = Annotated[bool, Query(description="Say what each row would do, and do nothing.")]


def file_of(columns: str) -> dict[str, Any]:
    """The part of an OpenAPI operation that takes a sheet."""
    return {
        "requestBody": {
            "required": True,
            "description": f"The sheet itself: .xlsx, or CSV in UTF-8 or GB18030, with {columns}. At most 1,000 rows.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }


class MemberList(Body):
    """Members by their ids or by their staff numbers, at most 1,000 together."""

    member_ids: Annotated[Ids, Field(max_length=MOST_ROWS)] = []  # noqa: RUF012  pydantic copies it
    staff_numbers: Annotated[list[StaffNumber], AfterValidator(_unlike), Field(max_length=MOST_ROWS)] = []  # noqa: RUF012

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        rows = len(self.member_ids) + len(self.staff_numbers)
        if rows == 0:
            raise PydanticCustomError("too_short", "must hold at least {min_length} rows", {"min_length": 1})
        if rows > MOST_ROWS:
            raise PydanticCustomError("too_long", "must hold at most {max_length} rows", {"max_length": MOST_ROWS})
        return self

    def entries(self) -> list[Entry]:
        """Numbered from 1, ids first."""
        named = [(member, None) for member in self.member_ids] + [(None, number) for number in self.staff_numbers]
        return [Entry(at, member, number) for at, (member, number) in enumerate(named, 1)]


class RowReason(View):
    field: str
    rule: str
    detail: str


class RowView(View):
    """`number` is the place in the list from 1, ids first; or the row as the spreadsheet program counts."""

    number: int
    outcome: Outcome
    member_id: UUID | None
    reasons: list[RowReason]


def rows_of(verdicts: list[Verdict], request: Request) -> list[RowView]:
    """In the language of who asks."""
    english = prefers_english(request.headers.get("accept-language", ""))
    return [
        RowView(
            number=verdict.number,
            outcome=verdict.outcome,
            member_id=verdict.member_id,
            reasons=[
                RowReason(field=reason.field, rule=reason.rule, detail=_said(reason.rule, english=english))
                for reason in verdict.reasons
            ],
        )
        for verdict in verdicts
    ]


def _said(rule: str, *, english: bool) -> str:
    text = _ROW_RULES.get(rule) or titles().get(rule) or field_message(rule, {})
    return text.en if english else text.zh


_ROW_RULES = {
    "member_ambiguous": Text(zh="对应多名会员", en="is the number of several members"),
    "member_unknown": Text(
        zh="没有这名会员、其登记尚未送达，或不在本名单的单位范围内",
        en="is no member that is known here yet, or none of the units of this list",
    ),
    "repeats_a_row": Text(zh="与前面的行重复", en="is in a row before already"),
    "string_pattern_mismatch": Text(zh="格式不正确", en="is not of the right form"),
}
