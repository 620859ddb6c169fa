"""What docker-compose.yml promises, read from the file. Only the last tests need the compose plugin."""

import importlib
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymongo.uri_parser import parse_uri

from deploy.compose.mongo_init import grant, users_of
from deploy.local.settings import LocalSettings
from shared.settings import KafkaSettings, Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
KEY_SCRIPT = ROOT / "deploy/compose/mongo-key.sh"

SERVICES = sorted(folder.parent.name for folder in (ROOT / "services").glob("*/app.py"))
CONSUMING = [name for name in SERVICES if importlib.import_module(f"services.{name}.app").SERVICE.handlers is not None]
APIS = [f"{name}-api" for name in SERVICES]
CONSUMERS = [f"{name}-consumer" for name in CONSUMING]
PROCESSES = APIS + CONSUMERS
OURS = [name for name, container in CONTAINERS.items() if "build" in container]
STAYING = [*PROCESSES, "mongo", "kafka"]
ONCE = [name for name in CONTAINERS if name not in STAYING]

# The variable, and after :- what it is when it is not set.
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::-(?P<default>[^}]*)|:\?[^}]+)?\}")


def service_of(process: str) -> str:
    return process.rsplit("-", 1)[0]


def environment(container: str) -> dict[str, str]:
    return {name: str(value) for name, value in CONTAINERS[container].get("environment", {}).items()}


def variables(text: str) -> set[str]:
    return {found["name"] for found in VARIABLE.finditer(text)}


def example() -> dict[str, str]:
    return dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line and not line.startswith("#"))


def in_the_image(name: str) -> str:
    found = re.search(rf"\b{name}=(\S+)", (ROOT / "deploy/Dockerfile").read_text())
    assert found
    return found[1]


def seconds(duration: str) -> int:
    found = re.fullmatch(r"(\d+)s", duration)
    assert found, f"{duration} is not in seconds"
    return int(found[1])


def test_every_service_has_an_api_and_a_consumer_exactly_where_it_handles_events() -> None:
    there = {name for name in CONTAINERS if name.endswith(("-api", "-consumer"))}

    assert SERVICES
    assert there == {*APIS, *CONSUMERS}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_is_started_from_the_image_of_its_service(process: str) -> None:
    name, kind = process.rsplit("-", 1)
    container = CONTAINERS[process]

    assert container["command"] == [f"services.{name}.app", kind]
    assert container["build"] == {"context": ".", "dockerfile": "deploy/Dockerfile", "args": {"SERVICE": name}}
    assert container["image"].startswith(f"campus-union/{name}:")
    assert "entrypoint" not in container


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_is_given_settings_that_exist_and_every_one_that_is_required(process: str) -> None:
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    required = {name for name, field in fields.items() if field.is_required()}
    given = set(environment(process))

    assert given <= fields.keys()
    assert required <= given


def test_topics_are_made_with_settings_that_exist_and_the_prefix_that_the_services_use() -> None:
    fields = {name.upper(): field for name, field in KafkaSettings.model_fields.items()}
    given = environment("topics")

    assert given.keys() <= fields.keys()
    assert {name for name, field in fields.items() if field.is_required()} <= given.keys()
    assert {"TOPIC_PARTITIONS", "TOPIC_RETENTION_MS", "TOPIC_RESTRICTED_RETENTION_MS"} <= given.keys()
    for process in PROCESSES:
        for name in ("KAFKA_BOOTSTRAP_SERVERS", "TOPIC_PREFIX"):
            assert environment(process)[name] == given[name]
    assert CONTAINERS["topics"]["entrypoint"] == ["python", "-m", "shared.topics"]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_reaches_the_database_of_its_own_service_as_its_own_user(process: str) -> None:
    name = service_of(process)
    url = VARIABLE.sub(lambda found: found["name"], environment(process)["MONGO_URL"])
    uri = parse_uri(url, warn=True)

    assert uri["nodelist"] == [("mongo", 27017)]
    assert uri["username"] == name
    assert uri["password"] == f"{name.upper()}_MONGO_PASSWORD"
    assert uri["database"] is None
    assert uri["options"]["authSource"] == f"union_{name}"
    assert environment(process).get("MONGO_DATABASE", f"union_{name}") == f"union_{name}"


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_is_told_no_password_but_its_own(process: str) -> None:
    told = {name for value in environment(process).values() for name in variables(value) if "PASSWORD" in name}

    assert told == {f"{service_of(process).upper()}_MONGO_PASSWORD"}


def test_mongodb_gets_a_user_for_each_service() -> None:
    assert sorted(users_of(environment("mongo-init"))) == SERVICES
    for name, password in users_of(environment("mongo-init")).items():
        assert variables(password) == {f"{name.upper()}_MONGO_PASSWORD"}


class RecordingClient:
    """Takes commands as a MongoClient does; knows the users that it was told."""

    def __init__(self, *known: str) -> None:
        self.known = known
        self.commands: list[tuple[str, str, str, dict[str, Any]]] = []
        self.name = ""

    def get_database(self, name: str) -> "RecordingClient":
        self.name = name
        return self

    def command(self, command: str, user: str, **rest: Any) -> dict[str, Any]:
        if command in ("usersInfo", "rolesInfo"):
            return {command.removesuffix("Info"): [user] if user in self.known else []}
        self.commands.append((self.name, command, user, rest))
        return {"ok": 1}


@pytest.mark.parametrize(("known", "verb"), [((), "create"), (("members", "appender"), "update")])
def test_a_user_may_read_and_write_its_own_database_and_add_to_its_audit_log(known: tuple[str, ...], verb: str) -> None:
    client = RecordingClient(*known)

    grant(client, "members", "secret")  # type: ignore[arg-type]

    entries = {"db": "union_members_audit", "collection": "audit_entries"}
    actions = ["find", "insert", "createCollection", "createIndex"]
    role = {"privileges": [{"resource": entries, "actions": actions}], "roles": []}
    held = [{"role": "readWrite", "db": "union_members"}, {"role": "appender", "db": "union_members_audit"}]
    assert client.commands == [
        ("union_members_audit", f"{verb}Role", "appender", role),
        ("union_members", f"{verb}User", "members", {"pwd": "secret", "roles": held}),
    ]


def test_mongodb_logs_no_values_of_what_is_slow() -> None:
    assert "--slowms=2147483647" in CONTAINERS["mongo"]["command"]


def test_the_replica_set_and_its_key_go_by_one_name() -> None:
    options = dict(option.split("=") for option in CONTAINERS["mongo"]["command"] if "=" in option)

    assert "mongo-key:/mongo-key:ro" in CONTAINERS["mongo"]["volumes"]
    assert "mongo-key:/mongo-key" in CONTAINERS["mongo-key"]["volumes"]
    assert options["--keyFile"] == "/mongo-key/keyfile"
    assert f'"{options["--replSet"]}"' in (ROOT / "deploy/compose/mongo_init.py").read_text()
    for process in PROCESSES:
        assert f"replicaSet={options['--replSet']}&" in environment(process)["MONGO_URL"]


@pytest.mark.parametrize("process", PROCESSES)
def test_health_is_asked_of_the_port_that_the_image_listens_on(process: str) -> None:
    test = CONTAINERS[process]["healthcheck"]["test"]

    assert test[:3] == ["CMD", "python", "-c"]
    compile(test[3], "healthcheck", "exec")
    assert 'os.environ["HTTP_PORT"]' in test[3]
    assert '"/readyz"' in test[3]
    assert in_the_image("HTTP_HOST") == "0.0.0.0"
    assert not {"HTTP_HOST", "HTTP_PORT"} & environment(process).keys()


@pytest.mark.parametrize("api", APIS)
def test_an_api_is_published_for_local_callers_at_the_port_it_also_has_without_docker(api: str) -> None:
    name = service_of(api)
    expected = LocalSettings.model_fields[f"{name}_port"].default

    assert CONTAINERS[api]["ports"] == [
        f"127.0.0.1:${{{name.upper()}_PORT:-{expected}}}:{in_the_image('HTTP_PORT')}",
    ]


def test_nothing_but_the_apis_can_be_reached_from_outside_or_reach_it() -> None:
    for name, container in CONTAINERS.items():
        if name in APIS:
            assert container["networks"] == ["backend", "edge"]
        else:
            assert "ports" not in container
            assert container.get("networks") == ["backend"] or container.get("network_mode") == "none"
    assert COMPOSE["networks"]["backend"] == {"internal": True}


def test_every_variable_of_the_compose_file_is_in_the_example_and_no_other() -> None:
    without_comments = re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE)
    started = len(re.findall(r"\$", without_comments.replace("$$", "")))

    assert started == len(VARIABLE.findall(without_comments)), "a variable is written in another way than ${NAME}"
    assert variables(without_comments) == example().keys()


def test_the_example_says_in_a_line_what_each_variable_is() -> None:
    lines = EXAMPLE.splitlines()

    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            assert lines[number - 1].startswith("# "), line


def test_the_example_has_the_defaults_of_the_compose_file() -> None:
    for found in VARIABLE.finditer(TEXT):
        if found["default"] is not None:
            assert example()[found["name"]] == found["default"]


def test_a_variable_without_a_default_is_asked_for() -> None:
    required = {found["name"] for found in re.finditer(r"\$\{(?P<name>[A-Z_]+):\?[^}]{10,}\}", TEXT)}
    defaulted = {found["name"] for found in VARIABLE.finditer(TEXT) if found["default"] is not None}

    assert required == variables(TEXT) - defaulted
    passwords = {f"{name.upper()}_MONGO_PASSWORD" for name in SERVICES}
    keys = {"SEALING_MASTER_KEYS", "SEALING_INDEX_KEY"}
    assert {"OIDC_ISSUER", "MONGO_ROOT_PASSWORD", *keys, *passwords} == required


def test_the_example_holds_no_secret() -> None:
    secrets = [value for name, value in example().items() if re.search(r"_PASSWORD$|_KEYS?$", name)]

    assert len(secrets) > 2
    assert all(value.startswith("replace-") for value in secrets)


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_write_nothing_and_gain_no_rights(name: str) -> None:
    container = CONTAINERS[name]
    user = re.match(r"(\d+)", container["user"])

    assert user
    assert int(user[1]) > 0
    assert container["read_only"] is True
    assert [mount.split(":")[0] for mount in container["tmpfs"]] == ["/tmp"]  # noqa: S108  in the container
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["init"] is True
    assert not container.get("privileged")
    assert all(volume.endswith(":ro") for volume in container.get("volumes", []))


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_has_limits_rotated_logs_and_no_new_rights(name: str) -> None:
    container = CONTAINERS[name]

    assert {"cpus", "memory", "pids"} <= container["deploy"]["resources"]["limits"].keys()
    assert container["logging"]["driver"] == "json-file"
    assert {"max-size", "max-file"} <= container["logging"]["options"].keys()
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", STAYING)
def test_what_stays_up_is_watched_and_started_again(name: str) -> None:
    assert CONTAINERS[name]["restart"] == "unless-stopped"
    assert CONTAINERS[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", ONCE)
def test_what_is_done_once_is_not_started_again_when_it_is_done(name: str) -> None:
    assert re.fullmatch(r"no|on-failure(:\d+)?", CONTAINERS[name].get("restart", "no"))


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_waits_for_its_stores_its_user_and_its_topics(process: str) -> None:
    waits = {name: how["condition"] for name, how in CONTAINERS[process]["depends_on"].items()}
    expected = {
        "mongo": "service_healthy",
        "mongo-init": "service_completed_successfully",
        "topics": "service_completed_successfully",
    }

    assert waits == expected | ({"kafka": "service_healthy"} if process in CONSUMERS else {})


@pytest.mark.parametrize("name", CONTAINERS)
def test_one_waits_for_health_where_it_is_asked_and_for_the_end_of_what_ends(name: str) -> None:
    for other, how in CONTAINERS[name].get("depends_on", {}).items():
        once = other in ONCE
        assert how == {"condition": "service_completed_successfully" if once else "service_healthy"}
        assert once or "healthcheck" in CONTAINERS[other]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_is_given_longer_to_leave_than_it_takes_itself(process: str) -> None:
    own = int(
        environment(process).get("SHUTDOWN_GRACE_SECONDS", Settings.model_fields["shutdown_grace_seconds"].default)
    )

    assert seconds(CONTAINERS[process]["stop_grace_period"]) > own


def test_kafka_makes_no_topic_that_nobody_asked_for() -> None:
    assert environment("kafka")["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_data_outlive_their_containers() -> None:
    kept = {
        volume.split(":")[0]: volume.split(":")[1]
        for name in ("mongo", "mongo-key", "kafka")
        for volume in CONTAINERS[name]["volumes"]
        if not volume.startswith(".")
    }

    assert kept == {"mongo-data": "/data/db", "mongo-key": "/mongo-key", "kafka-data": "/var/lib/kafka/data"}
    assert kept["kafka-data"] == environment("kafka")["KAFKA_LOG_DIRS"]
    assert COMPOSE["volumes"].keys() == kept.keys()


@pytest.mark.parametrize("name", [name for name in CONTAINERS if name not in OURS])
def test_an_image_of_others_is_pinned_to_a_minor_version(name: str) -> None:
    assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?", CONTAINERS[name]["image"])


def test_what_is_mounted_from_the_project_is_there() -> None:
    mounted = [
        volume.split(":")[0]
        for container in CONTAINERS.values()
        for volume in container.get("volumes", [])
        if volume.startswith(".")
    ]

    assert mounted
    assert all((ROOT / path).is_file() for path in mounted)


def make_key(folder: Path, **passwords: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", KEY_SCRIPT, folder, f"{os.getuid()}:{os.getgid()}"],
        env={"PATH": os.environ["PATH"], **passwords},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = make_key(tmp_path, MONGO_ROOT_PASSWORD="a-b_C9")
    key = (tmp_path / "keyfile").read_bytes()
    again = make_key(tmp_path, MONGO_ROOT_PASSWORD="a-b_C9")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert stat.S_IMODE((tmp_path / "keyfile").stat().st_mode) == 0o400
    assert (tmp_path / "keyfile").read_bytes() == key
    assert 700 < len(key) <= 1024, "MongoDB takes 6 to 1024 characters"
    assert [path.name for path in tmp_path.iterdir()] == ["keyfile"]


@pytest.mark.parametrize("variable", ["MONGO_ROOT_PASSWORD", "MEMBERS_MONGO_PASSWORD"])
@pytest.mark.parametrize("password", ["p@ss", "50%", "with space", example()["MONGO_ROOT_PASSWORD"]])
def test_no_key_is_made_with_a_placeholder_or_a_password_that_breaks_the_connection_string(
    tmp_path: Path, variable: str, password: str
) -> None:
    done = make_key(tmp_path, **{"EVENTS_MONGO_PASSWORD": "good", variable: password})

    assert done.returncode != 0
    assert variable in done.stderr
    assert not any(tmp_path.iterdir())


def config(environment_file: Path) -> "subprocess.CompletedProcess[str]":
    """Without the variables of whoever runs the tests, which would go before those of the file."""
    docker = shutil.which("docker")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("the compose plugin of docker is not installed")
    return subprocess.run(
        [docker, "compose", "--env-file", environment_file, "config", "--quiet"],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


def test_docker_compose_accepts_the_file_with_the_example() -> None:
    checked = config(ROOT / ".env.example")

    assert checked.returncode == 0, checked.stderr
    assert not checked.stderr


@pytest.mark.parametrize("variable", ["OIDC_ISSUER", "MONGO_ROOT_PASSWORD", "REPORTS_MONGO_PASSWORD"])
def test_docker_compose_refuses_the_file_when_a_required_variable_is_empty(tmp_path: Path, variable: str) -> None:
    (tmp_path / "env").write_text(re.sub(rf"^{variable}=.*$", f"{variable}=", EXAMPLE, flags=re.MULTILINE))

    checked = config(tmp_path / "env")

    assert checked.returncode != 0
    assert f"required variable {variable} is missing a value" in checked.stderr
