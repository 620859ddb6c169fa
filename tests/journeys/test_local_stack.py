"""`make run` as a newcomer meets it: started, tried with the printed commands, stopped, started again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.settings import ROOT, SERVICES, LocalSettings

READY_SECONDS = 120
GIVEN_SERVERS = ("MONGO_URL", "KAFKA_BOOTSTRAP_SERVERS")


class Stack:
    """`python -m deploy.local run` over a folder and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "local").mkdir()
        (folder / "local" / "downloads").symlink_to(LocalSettings().downloads, target_is_directory=True)
        base = free_block()
        ports = {f"{service.upper()}_PORT": str(base + 1 + place) for place, service in enumerate(SERVICES)}
        servers = {
            "LOCAL_MONGO_PORT": str(base + 10),
            "LOCAL_KAFKA_PORT": str(base + 11),
            "LOCAL_KAFKA_CONTROLLER_PORT": str(base + 12),
        }
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in ("MONGO_URL", "KAFKA_BOOTSTRAP_SERVERS")
            },
            **ports,
            **servers,
            "ISSUER_PORT": str(base),
            "LOCAL_FOLDER": str(folder / "local"),
            # `make` prints how it changes folders when it is called by another make.
            "MAKEFLAGS": "",
            "MAKELEVEL": "",
        }
        self.processes: list[subprocess.Popen[str]] = []

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.local", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS,
        )

    def start(self) -> tuple[subprocess.Popen[str], str]:
        """The process in the foreground, and what it printed until it was ready."""
        output = (self.folder / f"output-{len(self.processes)}").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        deadline = time.monotonic() + READY_SECONDS
        while True:
            said = Path(output.name).read_text()
            if "Ctrl-C stops everything" in said:
                output.close()
                return process, said
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def shell(self, line: str) -> Any:
        ran = subprocess.run(
            ["bash", "-c", line],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        try:
            return json.loads(ran.stdout)
        except ValueError:
            raise AssertionError(f"{line}\n{ran.stdout}\n{ran.stderr}") from None

    def shut(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def free_block() -> int:
    """The first of 120 ports that nobody listens at: services, their consumers 100 above them, and servers."""
    for base in range(21000, 32000, 500):
        needed = [base + offset for offset in (*range(13), *range(101, 107))]
        if all(_free(port) for port in needed):
            return base
    raise AssertionError("no free ports")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    found = Stack(tmp_path_factory.mktemp("stack"))
    try:
        yield found
    finally:
        found.shut()


def descendants(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_the_stack_starts_is_tried_stops_and_starts_again_with_what_was_entered(stack: Stack) -> None:
    process, said = stack.start()
    assert "Entered a sample of 6 units and 17 invented members." in said
    file_proposal, read_inbox, _ = re.findall(r"^  (curl .*)$", said, re.MULTILINE)

    filed = stack.shell(file_proposal)
    inbox = _until_something(lambda: stack.shell(read_inbox)["items"])

    assert filed["state"] == "collected"
    assert inbox[0]["subject_id"] == filed["id"]

    children = descendants(process)
    assert len(children) >= 13
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []

    again, said = stack.start()
    assert "Entered a sample" not in said
    assert stack.shell(read_inbox)["items"] == inbox

    victim = next(child for child in descendants(again) if "services.proposals.app" in " ".join(child.cmdline()))
    victim.kill()
    new = _until_something(lambda: [c for c in descendants(again) if _is_proposals_api(c) and c.pid != victim.pid])
    assert new

    second = stack.command("run")
    assert second.returncode == 1
    assert second.stderr.startswith(f"The system runs already (process {again.pid})")
    assert stack.command("down").returncode == 0
    assert again.wait(60) == 0


def test_a_token_for_a_role_that_is_not_there_says_which_are(stack: Stack) -> None:
    refused = stack.command("token", "--role", "king")

    assert refused.returncode == 1
    assert "choose one of administrator, union_officer" in refused.stderr


def test_a_port_that_is_taken_is_one_sentence_with_a_way_out(stack: Stack) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(stack.environment["WELFARE_PORT"])))
        taken.listen()

        refused = stack.command("run")

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "which the welfare API needs, is taken" in refused.stderr
    assert "WELFARE_PORT=<port>" in refused.stderr


def test_a_broken_data_folder_is_one_sentence_with_a_way_out(stack: Stack) -> None:
    table = stack.folder / "local" / "data" / "mongodb" / "WiredTiger.turtle"
    table.write_bytes(b"broken")

    refused = stack.command("run")

    assert refused.returncode == 1
    assert "MongoDB ended while it was starting" in refused.stderr
    assert "`make clean` removes it" in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stdout


def test_clean_removes_the_data_and_keeps_the_downloads(stack: Stack) -> None:
    assert stack.command("clean").returncode == 0

    assert sorted(path.name for path in (stack.folder / "local").iterdir()) == ["downloads", "stack.lock"]
    assert stack.command("token").stderr.startswith("There are no sample members yet")


def _is_proposals_api(process: psutil.Process) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False
    return "services.proposals.app" in line and process.is_running()


def _until_something(look: Any, seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found
