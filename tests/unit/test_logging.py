"""Logs are JSON lines with ids, and never hold what a caller or a member wrote. Read from a process that logs."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

SECRET = "王某某的身份证号"
ROOT = Path(__file__).parents[2]


def logged(code: str) -> list[dict[str, Any]]:
    """The lines that a process prints which logs as the welfare API does."""
    program = f"""
import logging as standard
import structlog
from shared import logging
from shared.tracing import Trace, current_trace

SECRET = {SECRET!r}
logging.configure("welfare", "api", "INFO")
log = structlog.get_logger()
{textwrap.dedent(code)}
"""
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    assert SECRET not in ran.stdout + ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_line_names_the_event_the_service_and_the_request() -> None:
    (line,) = logged(
        """
        current_trace.set(Trace("desk-42", "00-a-b-01"))
        log.info("visit.logged", visit_id="v1")
        """
    )

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "visit.logged",
        "level": "info",
        "service": "welfare",
        "process": "api",
        "correlation_id": "desk-42",
        "traceparent": "00-a-b-01",
        "visit_id": "v1",
    }


def test_an_exception_is_logged_by_its_type_and_frames_and_not_by_its_words() -> None:
    (line,) = logged(
        """
        def reads_a_file():
            raise ValueError(SECRET)
        try:
            reads_a_file()
        except ValueError as error:
            log.error("request.crashed", exc_info=error)
        """
    )

    assert line["error"] == "ValueError"
    assert any("reads_a_file" in frame for frame in line["frames"])


def test_a_library_is_logged_by_its_template_and_not_by_what_it_filled_in() -> None:
    (line,) = logged("""standard.getLogger("some.library").warning("refused %s", SECRET)""")

    assert (line["logger"], line["template"]) == ("some.library", "refused %s")


def test_what_is_below_the_level_is_not_logged() -> None:
    assert logged("""log.debug("too.fine")""") == []
