"""The Kafka room: producers, consumers and topics with settings that do not lose events.

aiokafka's defaults do (acks=1, auto-commit, latest, read_uncommitted), so nothing else in the project makes a
client of its own.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.contracts.base import Channel
from shared.contracts.topics import key_topic
from shared.outbox import Message
from shared.settings import KafkaSettings, Settings

log = structlog.get_logger()

Record = ConsumerRecord
Partition = TopicPartition
UNREACHABLE = (KafkaError, OSError, TimeoutError)

_STOP_SECONDS = 3
_TOPIC_SECONDS = 2


class PublishFailed(Exception):
    """The broker did not confirm in time."""


def connection(settings: KafkaSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
    if settings.kafka_security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        if settings.kafka_sasl_password:
            options["sasl_plain_password"] = settings.kafka_sasl_password.get_secret_value()
    return options


def make_consumer(settings: Settings, *topics: str, group: str, client_id: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        **connection(settings),
        group_id=group,
        client_id=client_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=settings.kafka_fetch_max_wait_ms,
        max_poll_records=settings.consumer_batch,
        # An evicted consumer never comes back (aio-libs/aiokafka#1187). Being stuck is watched by the loop itself,
        # which ends the process long before this.
        max_poll_interval_ms=24 * 3600 * 1000,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        metadata_max_age_ms=30_000,
    )


class Publisher:
    """An idempotent producer, acks=all, that is thrown away and made again when it hangs or breaks."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self.reachable = True
        """Whether the broker answered at the last publish: then a failure is the fault of its topic or record."""

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send pipelined, in order, and wait for the broker. The result has None for each confirmed message.

        After a failure of one key the rest of that key is held back, so that the order holds.
        """
        results: list[Exception | None] = [PublishFailed() for _ in messages]
        sent: dict[int, asyncio.Future[Any]] = {}
        failed: set[tuple[str, bytes | None]] = set()
        healthy = self.reachable = True
        try:
            async with asyncio.timeout(self._settings.kafka_send_timeout_seconds):
                producer = await self._ready()
                missing = await _missing(producer, {message.topic for message in messages})
                for index, message in enumerate(messages):
                    lane = (message.topic, message.key)
                    if lane in failed or message.topic in missing:
                        continue
                    try:
                        sent[index] = await producer.send(
                            message.topic, message.value, message.key, headers=list(message.headers)
                        )
                    except KafkaError as error:
                        results[index] = error
                        failed.add(lane)
                if sent:
                    await asyncio.wait(sent.values())
        except (TimeoutError, KafkaError, OSError) as error:
            healthy = self.reachable = False
            log.warning("producer.failed", error=type(error).__qualname__)
        for index, future in sent.items():
            if future.done() and not future.cancelled():
                failure = future.exception()
                results[index] = failure if isinstance(failure, Exception) else None
                healthy = healthy and failure is None
                self.reachable = self.reachable and not _brokers_fault(failure)
            else:
                future.add_done_callback(_retrieve)
        if not healthy:
            await self.discard()
        return results

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **connection(self._settings),
                client_id=self._client_id,
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_batch_size=262_144,
                request_timeout_ms=int(self._settings.kafka_send_timeout_seconds * 1000),
            )
            self._producer = producer
            await producer.start()
        return self._producer

    async def discard(self) -> None:
        """Stop the producer; the next publish makes a new one."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), _STOP_SECONDS)
        except (TimeoutError, KafkaError, OSError):
            # stop() waits for a broker that is not there (aio-libs/aiokafka#1101): end its tasks and sockets.
            if producer._sender is not None:
                await producer._sender.close()
            await producer.client.close()


async def _missing(producer: AIOKafkaProducer, topics: set[str]) -> set[str]:
    """The topics that are not there. Waiting for them in `send` would hold up all others."""
    missing = set()
    for topic in topics:
        try:
            await asyncio.wait_for(producer.partitions_for(topic), _TOPIC_SECONDS)
        except (TimeoutError, KafkaError) as error:
            log.error("topic.missing", topic=topic, error=type(error).__qualname__)
            missing.add(topic)
    return missing


def _brokers_fault(failure: BaseException | None) -> bool:
    return failure is not None and (not isinstance(failure, KafkaError) or bool(failure.retriable))


def _retrieve(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()


# How long the topic of keys may hold a key that was destroyed, beside its newest segment.
_KEYS_STAY_MS = 3_600_000


def _topic_configs(topic: str, settings: KafkaSettings) -> dict[str, str]:
    if topic != key_topic(settings.topic_prefix):
        restricted = topic.endswith(f".{Channel.RESTRICTED}.v1")
        own = settings.topic_restricted_retention_ms if restricted else -1
        return {"retention.ms": str(settings.topic_retention_ms if own == -1 else own)}
    return {
        "cleanup.policy": "compact",
        "max.compaction.lag.ms": str(_KEYS_STAY_MS),
        "segment.ms": str(_KEYS_STAY_MS),
        "min.cleanable.dirty.ratio": "0.01",
    }


async def ensure_topics(settings: KafkaSettings, topics: Sequence[str]) -> list[str]:
    """Create what is missing; the names of the topics that were created. Raises KafkaError."""
    admin = AIOKafkaAdminClient(**connection(settings), client_id="union-topics")
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [topic for topic in topics if topic not in existing]
        if not missing:
            return []
        response = await admin.create_topics(
            [
                NewTopic(
                    topic,
                    settings.topic_partitions,
                    settings.topic_replication_factor,
                    topic_configs=_topic_configs(topic, settings),
                )
                for topic in missing
            ]
        )
        for topic, code, *_ in response.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(topic)
        return missing
    finally:
        await admin.close()
