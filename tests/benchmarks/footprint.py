"""Start to ready and resident memory of every process, idle. The floor is a FastAPI app that does nothing."""

import asyncio
import sys
import time

import psutil

from deploy.local.processes import free_port
from deploy.local.settings import SERVICES
from deploy.local.supervisor import HttpProcess, wait_until_ready
from tests.benchmarks.report import Ratio, medians
from tests.benchmarks.setting import Setting
from tests.campus import service_of

IDLE_LIMIT_MIB = 100
FLOOR = (
    "import sys, uvicorn, fastapi; app = fastapi.FastAPI(); app.get('/readyz')(lambda: None); "
    "uvicorn.run(app, port=int(sys.argv[1]), log_level='warning')"
)


async def _measured(process: HttpProcess) -> tuple[float, float]:
    """Seconds to ready, MiB resident a little later."""
    started = time.perf_counter()
    process.start()
    await asyncio.to_thread(wait_until_ready, [process])
    seconds = time.perf_counter() - started
    await asyncio.sleep(2)
    memory = psutil.Process(process.pid).memory_info().rss / 2**20
    await asyncio.to_thread(process.stop)
    return seconds, memory


def _floor(setting: Setting) -> HttpProcess:
    port = free_port()
    return HttpProcess(
        "floor",
        [sys.executable, "-c", FLOOR, str(port)],
        log=setting.folder / "floor.log",
        ready_url=f"http://127.0.0.1:{port}/readyz",
    )


async def measure(setting: Setting, runs: int) -> list[Ratio]:
    repeats = min(runs, 3)
    floor = [await _measured(_floor(setting)) for _ in range(repeats)]
    ratios = []
    for service in SERVICES:
        for kind in ("api", "consumer") if service_of(service).handlers is not None else ("api",):
            found = [await _measured(setting.campus.process(service, kind)) for _ in range(repeats)]
            for place, (what, unit) in enumerate((("start to ready", "s"), ("resident, idle", "MiB"))):
                ratios.append(
                    Ratio(
                        f"{what}: {service} {kind}",
                        "FastAPI alone",
                        medians([run[place] for run in found]),
                        medians([run[place] for run in floor]),
                        unit=unit,
                        ours_at_most=IDLE_LIMIT_MIB if unit == "MiB" else None,
                    )
                )
    return ratios
