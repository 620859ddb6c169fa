"""A roster of 20,000 rows, run dry by the members service. The floor reads and parses the same sheet, and no more."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from deploy.local.supervisor import HttpProcess
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting
from tests.rosters import College, xlsx

ROWS = 20_000
KNOWN = 1_000
"""So many of them are members already, whose details are opened and compared."""
MOST_SECONDS = 10
MOST_MIB = 300
FLOOR = """\
import datetime, json, resource, sys, time
from python_calamine import CalamineWorkbook

started = time.perf_counter()
header, *rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
day = lambda text: datetime.datetime.strptime(text, "%Y/%m/%d").date()
parsed = [{**dict(zip(header, row)), "day": day(row[4])} for row in rows]
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(parsed), seconds, peak]))
"""


async def _floor(sheet: Path) -> tuple[float, float]:
    """Seconds, MiB at the most."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FLOOR, str(sheet), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    rows, seconds, peak = json.loads(output)
    assert rows == ROWS
    return seconds, peak


async def _dry(college: College, import_id: str, process: HttpProcess) -> tuple[float, float]:
    """Seconds from the request to the last row, MiB at the most meanwhile."""
    running, peak = psutil.Process(process.pid), 0.0
    path = f"/v1/roster-imports/{import_id}"
    started = time.perf_counter()
    await college.campus.post("members", f"{path}/dry-runs", {}, college.campus.administrator, status=202)
    while True:
        peak = max(peak, running.memory_info().rss / 2**20)
        found: dict[str, Any] = await college.campus.get("members", path, college.campus.administrator)
        phase = found["progress"]["phase"]
        if phase == "done":
            break
        assert not phase.startswith("failed"), phase
        await asyncio.sleep(0.05)
    assert found["progress"]["done"] == ROWS
    assert found["counts"]["new"] + found["counts"]["unchanged"] == ROWS, found["counts"]
    return time.perf_counter() - started, peak


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    process = await setting.campus.start("members", "api")
    college = await College(setting.campus).open()
    known = await college.upload(xlsx(college.row(number) for number in range(KNOWN)))
    await college.run(known["id"])
    await college.run(known["id"], "applications")
    content = xlsx(college.row(number) for number in range(ROWS))
    sheet = setting.folder / "roster.xlsx"
    await asyncio.to_thread(sheet.write_bytes, content)
    import_id = (await college.upload(content))["id"]
    ours = [await _dry(college, import_id, process) for _ in range(runs)]
    floor = [await _floor(sheet) for _ in range(runs)]
    return [
        Ratio(
            f"dry run of a roster, {ROWS:,} rows",
            "python-calamine alone",
            medians([seconds for seconds, _ in ours]),
            medians([seconds for seconds, _ in floor]),
            unit="s",
            ours_at_most=MOST_SECONDS,
        ),
        Ratio(
            "memory of it, at the most",
            "python-calamine alone",
            medians([peak for _, peak in ours]),
            medians([peak for _, peak in floor]),
            unit="MiB",
            ours_at_most=MOST_MIB,
        ),
    ]
