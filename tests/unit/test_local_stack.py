"""The parts of the local stack that need no server."""

from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local import embedded_broker, mongod, stack
from deploy.local.embedded_broker import EmbeddedBroker
from deploy.local.errors import LocalStackError
from deploy.local.infrastructure import Infrastructure, Places, choose_broker
from deploy.local.issuer import LocalIssuer
from deploy.local.kafka import KafkaNotToBeHad, java_version
from deploy.local.keys import sealing_keys
from deploy.local.mongod import MongodServer
from deploy.local.sample import MEMBERS, UNITS, Sample
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import Supervisor
from shared.roles import Role
from shared.sealing import read_key, read_master_keys


class Program:
    def __init__(self) -> None:
        self.name = "program"
        self.alive = True
        self.exit_code: int | None = None
        self.starts = 0

    def start(self) -> None:
        self.alive = True
        self.starts += 1

    def end(self) -> None:
        self.alive, self.exit_code = False, 1

    def ask_to_stop(self) -> None: ...

    def stop(self) -> None: ...


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def places(folder: Path) -> Places:
    return Places(folder / "data", folder / "logs", folder / "downloads", 1, 2, 3)


def test_what_dies_is_started_again_more_slowly_each_time() -> None:
    program, clock, said = Program(), Clock(), list[str]()
    supervisor = Supervisor([program], said.append, clock)
    waited = []

    for _ in range(8):
        program.end()
        supervisor.look()
        began = clock.now
        while not program.alive:
            clock.now += 0.25
            supervisor.look()
        waited.append(clock.now - began)

    assert waited == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert said[0] == "program ended (exit code 1); starting it again in 0.5 s"


def test_what_ran_for_a_minute_is_started_again_at_once() -> None:
    program, clock = Program(), Clock()
    supervisor = Supervisor([program], lambda line: None, clock)
    for _ in range(4):
        program.end()
        supervisor.look()
        clock.now += 10
        supervisor.look()

    clock.now += 61
    program.end()
    supervisor.look()
    clock.now += 0.5
    supervisor.look()

    assert program.alive


def test_what_runs_is_let_alone() -> None:
    program, clock = Program(), Clock()
    supervisor = Supervisor([program], lambda line: None, clock)

    for _ in range(10):
        clock.now += 10
        supervisor.look()

    assert program.starts == 0


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_292"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_the_version_of_java_is_read_from_what_it_says(said: str, version: int | None) -> None:
    assert java_version(said) == version


def test_without_java_the_embedded_broker_is_used_and_a_line_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []

    chosen = choose_broker(LocalSettings(local_broker="auto"), places(tmp_path), said.append)

    assert isinstance(chosen, EmbeddedBroker)
    assert len(said) == 1
    assert "Java 17 or newer is not installed" in said[0]
    assert embedded_broker.LACKS in said[0]


def test_without_java_who_insists_on_kafka_is_told_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalStackError, match="install it, or leave LOCAL_BROKER out"):
        choose_broker(LocalSettings(local_broker="kafka"), places(tmp_path), lambda line: None)


def test_jars_that_are_not_the_pinned_ones_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deploy.local import kafka

    def tampered(maven: str, libraries: Path) -> None:
        for name in kafka._expected():
            (libraries / name).write_bytes(b"something else")

    monkeypatch.setattr(kafka, "_require_java", lambda: None)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(kafka, "_download", tampered)

    with pytest.raises(KafkaNotToBeHad, match="not what is pinned"):
        kafka.fetch(tmp_path)


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("win32", "AMD64"), ("linux", "aarch64")])
def test_on_another_platform_the_way_is_docker_compose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)

    with pytest.raises(LocalStackError, match="docker compose up"):
        MongodServer(data=tmp_path, log=tmp_path / "log", port=1)


def test_a_missing_library_is_named_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "mongod"
    fake.write_text(
        "#!/bin/sh\necho 'mongod: error while loading shared libraries: libcurl.so.4: cannot open' >&2\nexit 127\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(mongod, "_binary", lambda: fake)

    with pytest.raises(LocalStackError, match=r"libcurl\.so\.4.*apt-get install"):
        MongodServer(data=tmp_path, log=tmp_path / "log", port=1)


def test_services_are_told_to_fetch_often_where_the_broker_does_not_wake_them() -> None:
    given = Infrastructure("mongodb://x", "y:1", "Kafka", embedded=False).environment()
    embedded = Infrastructure("mongodb://x", "y:1", "embedded", embedded=True).environment()

    assert "KAFKA_FETCH_MAX_WAIT_MS" not in given
    assert int(embedded["KAFKA_FETCH_MAX_WAIT_MS"]) <= 50


def test_the_sample_has_somebody_for_each_role_and_three_delegates() -> None:
    roles = [member.role for member in MEMBERS]

    assert set(roles) == {role.value for role in Role}
    assert roles.count("delegate") >= 3
    assert {member.unit for member in MEMBERS} <= {unit.key for unit in UNITS}


def test_a_token_is_for_the_role_or_for_the_member(tmp_path: Path) -> None:
    issuer = LocalIssuer(tmp_path / "key.json", "http://issuer")
    sample = Sample(
        run="",
        complete=True,
        units={unit.key: str(uuid4()) for unit in UNITS},
        members={member.staff_number: str(uuid4()) for member in MEMBERS},
    )

    assert sample.token(issuer, role="delegate") != sample.token(issuer, staff_number="T0006")
    with pytest.raises(LocalStackError, match="choose one of"):
        sample.token(issuer, role="king")
    with pytest.raises(LocalStackError, match="holds the role delegate, not administrator"):
        sample.token(issuer, role="administrator", staff_number="T0006")
    with pytest.raises(LocalStackError, match="T0001 to"):
        sample.token(issuer, staff_number="T9999")


def test_the_key_of_the_local_issuer_is_kept_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "key.json"

    first = LocalIssuer(file, "http://issuer")
    second = LocalIssuer(file, "http://issuer")

    assert first._key.kid == second._key.kid
    assert file.stat().st_mode & 0o077 == 0


def test_two_settings_that_lead_to_one_port_are_both_named() -> None:
    with pytest.raises(LocalStackError, match="PROPOSALS_PORT and MEMBERS_PORT both lead to port 8301"):
        stack._require_unlike_ports(LocalSettings(members_port=8301, proposals_port=8301))


def test_a_consumer_behind_the_last_port_is_refused_by_the_name_of_its_setting() -> None:
    with pytest.raises(LocalStackError, match=r"PROPOSALS_PORT .* 65600"):
        stack._require_unlike_ports(LocalSettings(proposals_port=65500))


def test_the_ports_that_are_set_when_nothing_is_set_are_all_different() -> None:
    ports = LocalSettings().ports()

    assert len(set(ports.values())) == len(ports)


def test_the_keys_of_the_local_stack_are_kept_and_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "keys.json"

    first = sealing_keys(file)

    assert sealing_keys(file) == first
    assert file.stat().st_mode & 0o077 == 0
    read_master_keys(first["SEALING_MASTER_KEYS"])
    read_key(first["SEALING_INDEX_KEY"])
