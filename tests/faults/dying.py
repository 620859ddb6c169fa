"""A process of a service that kills itself at one point: `python -m tests.faults.dying <point> <app> <process>`.

The real process, run by `shared.run`; only the moment of its death is chosen.
"""

import os
import signal
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared import run
from shared.outbox import Outbox

BEFORE_MARK = "before-mark"
"""The relay has published, and has not marked the rows as sent."""
BEFORE_COMMIT = "before-commit"
"""The consumer has written, and has not committed its offsets."""


async def _die(*given: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    point = sys.argv.pop(1)
    if point == BEFORE_MARK:
        Outbox.mark_sent = _die  # type: ignore[method-assign]
    elif point == BEFORE_COMMIT:
        AIOKafkaConsumer.commit = _die
    else:
        raise SystemExit(f"no such point: {point}")
    run.main()


if __name__ == "__main__":
    main()
