"""`make bench`: speed and memory as ratios, each beside its peer in the same run."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from deploy.local.errors import LocalStackError
from deploy.local.infrastructure import Infrastructure, provide
from deploy.local.processes import listening, wait_until
from deploy.local.settings import LocalSettings
from tests.benchmarks import batches, commands, footprint, handling, hop, lists, rosters
from tests.benchmarks.report import Ratio
from tests.benchmarks.setting import Setting
from tests.campus import Issuer, Processes
from tests.conftest import local_places

Benchmark = Callable[[Setting, int], Awaitable[list[Ratio]]]

BENCHMARKS: dict[str, Benchmark] = {
    "commands": commands.measure,
    "hop": hop.measure,
    "handling": handling.measure,
    "footprint": footprint.measure,
    "rosters": rosters.measure,
    "batches": batches.measure,
    "lists": lists.measure,
}


async def _measure(infrastructure: Infrastructure, issuer: Issuer, folder: Path, names: list[str], runs: int) -> bool:
    holds = True
    for name in names:
        async with Processes(infrastructure, issuer, folder) as campus:
            for ratio in await BENCHMARKS[name](Setting(campus, folder), runs):
                print(f"  {ratio}", flush=True)
                holds = holds and ratio.holds
    return holds


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    arguments.add_argument("names", nargs="*", help=f"some of {', '.join(BENCHMARKS)}; all when none is given")
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        issuer = Issuer(folder)
        try:
            with provide(LocalSettings(), local_places(folder), print) as infrastructure:
                issuer.process.start()
                wait_until(lambda: listening(issuer.port), issuer.process, seconds=20, hint="")
                print(f"On MongoDB and {infrastructure.broker}; medians of {given.runs} runs (least–most):", flush=True)
                names = given.names or list(BENCHMARKS)
                holds = asyncio.run(_measure(infrastructure, issuer, folder, names, given.runs))
        except LocalStackError as error:
            sys.exit(str(error))
        finally:
            issuer.process.stop(5)
    if not holds:
        sys.exit("A ratio is out of its bound.")


if __name__ == "__main__":
    main()
