"""`python -m shared.topics`, as a deployment runs it before the services start."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import admin as confluent

from deploy.local.infrastructure import Infrastructure
from shared.contracts.topics import all_topics, key_topic

ROOT = Path(__file__).parents[2]

needs_admin = pytest.mark.needs_kafka("it has no admin API")
administration: Any = confluent


def make(infrastructure: Infrastructure, prefix: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **infrastructure.environment(), "TOPIC_PREFIX": prefix, **settings}
    return subprocess.run(
        [sys.executable, "-m", "shared.topics"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def admin(infrastructure: Infrastructure) -> Any:
    return administration.AdminClient({"bootstrap.servers": infrastructure.kafka_bootstrap_servers})


@needs_admin
def test_all_topics_are_made_with_their_partitions_and_retention(infrastructure: Infrastructure, admin: Any) -> None:
    prefix = f"m{uuid4().hex[:8]}"

    stay = {"TOPIC_RETENTION_MS": "86400000", "TOPIC_RESTRICTED_RETENTION_MS": "3600000"}
    ran = make(infrastructure, prefix, TOPIC_PARTITIONS="4", **stay)

    assert ran.returncode == 0, ran.stderr
    found = admin.list_topics(timeout=10).topics
    for topic in all_topics(prefix):
        assert topic in ran.stdout
        assert len(found[topic].partitions) == 4
        resource = administration.ConfigResource(administration.ResourceType.TOPIC, topic)
        (described,) = admin.describe_configs([resource]).values()
        configured = described.result(10)
        if topic == key_topic(prefix):
            assert configured["cleanup.policy"].value == "compact"
            assert int(configured["max.compaction.lag.ms"].value) <= 3_600_000
        else:
            assert configured["retention.ms"].value == ("3600000" if ".restricted." in topic else "86400000")


@needs_admin
def test_what_is_there_already_stays_as_it_is(infrastructure: Infrastructure, admin: Any) -> None:
    prefix = f"m{uuid4().hex[:8]}"
    make(infrastructure, prefix, TOPIC_PARTITIONS="2")

    again = make(infrastructure, prefix, TOPIC_PARTITIONS="9")

    assert again.returncode == 0
    assert "none, all were there" in again.stdout
    found = admin.list_topics(timeout=10).topics
    assert {len(found[topic].partitions) for topic in all_topics(prefix)} == {2}


@needs_admin
def test_a_topic_does_not_appear_by_being_asked_for(admin: Any) -> None:
    name = f"m{uuid4().hex[:8]}.members.v1"

    admin.list_topics(name, timeout=10)

    assert name not in admin.list_topics(timeout=10).topics


def test_without_kafka_it_says_so_in_one_line() -> None:
    unreachable = Infrastructure("mongodb://x", "127.0.0.1:1", "none", embedded=False)

    ran = make(unreachable, "union")

    assert ran.returncode == 1
    assert ran.stderr.strip().splitlines()[-1].startswith("Kafka did not create the topics")
    assert "Traceback" not in ran.stderr
