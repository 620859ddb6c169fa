"""Sheets as the HR system writes them, and a college that hands them in."""

import io
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from shared.sheets import write_sheet
from tests.campus import Client, until

HEADER = ("工号", "姓名", "性别", "部门", "入会日期", "出生日期", "手机", "状态", "备注")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class College:
    """A faculty with a name of its own, and sheets about it."""

    def __init__(self, campus: Client) -> None:
        self.campus = campus
        self.mark = uuid4().hex[:6]
        self.faculty, self.office = f"学院{self.mark}", f"办公室{self.mark}"

    async def open(self) -> "College":
        for name, kind in ((self.faculty, "faculty"), (self.office, "office")):
            body = {"name": name, "name_en": f"{name} en", "kind": kind, "parent_id": await self.campus.school()}
            await self.campus.post("members", "/v1/units", body, self.campus.administrator)
        return self

    def number(self, number: int) -> str:
        return f"R{self.mark}{number}"

    def row(self, number: int, **change: Any) -> tuple[Any, ...]:
        cells = {
            "工号": self.number(number),
            "姓名": "示例会员",
            "性别": "女",
            "部门": self.faculty,
            "入会日期": "2020/9/1",
            "出生日期": "1985年3月4日",
            "手机": f"138{number:08d}",
            "状态": "在职",
            "备注": "=1+1 不是公式",
            **change,
        }
        return tuple(cells[name] for name in HEADER)

    async def upload(self, content: bytes, *, status: int = 201) -> dict[str, Any]:
        answer = await self.campus.http["members"].post(
            "/v1/roster-imports", content=content, headers=self.campus.administrator
        )
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def run(self, import_id: str, what: str = "dry-runs", body: Any = None) -> dict[str, Any]:
        path = f"/v1/roster-imports/{import_id}"
        given = {} if what == "dry-runs" and body is None else body
        await self.campus.post("members", f"{path}/{what}", given, self.campus.administrator, status=202)
        return await self.finished(import_id)

    async def finished(self, import_id: str) -> dict[str, Any]:
        path = f"/v1/roster-imports/{import_id}"

        async def done() -> dict[str, Any] | None:
            found = await self.campus.get("members", path, self.campus.administrator)
            phase = found["progress"]["phase"]
            return found if phase == "done" or phase.startswith("failed") else None

        return await until(done, seconds=60, what="the import")

    async def rows(self, import_id: str, outcome: str) -> list[dict[str, Any]]:
        path = f"/v1/roster-imports/{import_id}/rows?outcome={outcome}&limit=200"
        found = await self.campus.get("members", path, self.campus.administrator)
        items: list[dict[str, Any]] = found["items"]
        return items

    async def member(self, number: int) -> dict[str, Any]:
        path = f"/v1/members?staff_number={self.number(number)}"
        (found,) = (await self.campus.get("members", path, self.campus.administrator))["items"]
        return await self.campus.get(
            "members", f"/v1/members/{found['id']}/details?purpose=handling", self.campus.administrator
        )


def xlsx(rows: Iterable[tuple[Any, ...]], header: tuple[str, ...] = HEADER) -> bytes:
    target = io.BytesIO()
    write_sheet(target, list(header), rows)
    return target.getvalue()


def csv(rows: Iterable[tuple[Any, ...]], encoding: str = "gb18030") -> bytes:
    return "\r\n".join(",".join(str(cell).replace("=", "") for cell in row) for row in (HEADER, *rows)).encode(encoding)
