"""Publish the contracts: `python -m shared.contracts.generate [--check]`.

With `--check` nothing is written; the exit code is 1 when something would be, or when a released contract is broken.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from shared.contracts.base import DomainEvent, published_by
from shared.contracts.released import drift, problems, publish
from shared.contracts.topics import MODULES, PUBLISHERS

PUBLISHED = Path(__file__).parent / "published"


def all_events() -> list[type[DomainEvent]]:
    for module in MODULES:
        import_module(f"shared.contracts.{module}")
    return [event for service in PUBLISHERS for event in published_by(service)]


def main(
    arguments: Sequence[str] | None = None,
    folder: Path = PUBLISHED,
    events: Sequence[type[DomainEvent]] | None = None,
) -> int:
    parser = argparse.ArgumentParser(description="Publish the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is wrong")
    checking = parser.parse_args(arguments).check
    events = all_events() if events is None else events
    if found := problems(folder, events):
        return _refuse("These contracts cannot be published:", found, "What would break readers gets a new type (.v2).")
    if checking:
        if stale := drift(folder, events):
            return _refuse("The published files are out of date:", stale, "Run `make contracts` and look at the diff.")
        sys.stdout.write(f"contracts: as published and compatible (types: {len(events)})\n")
        return 0
    written = publish(folder, events)
    sys.stdout.write("".join(f"wrote {name}\n" for name in written) or "contracts: nothing has changed\n")
    return 0


def _refuse(heading: str, lines: Sequence[str], way_out: str) -> int:
    sys.stderr.write("\n".join([heading, *(f"  {line}" for line in lines), way_out]) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
