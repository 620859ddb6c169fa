"""What an operator sets, from the environment. Nothing else in the project reads the environment."""

from typing import Literal

from pydantic import Field, FilePath, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.roles import Grant
from shared.sealing import MasterKeys, read_key, read_master_keys

ASYMMETRIC = frozenset(
    {"ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"}
)
"""The algorithms of tokens that can be verified and not signed with what an issuer publishes."""


class KafkaSettings(BaseSettings):
    """How Kafka is reached and what the topics are like."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    kafka_bootstrap_servers: str = Field(description="host:port of one or more brokers, comma-separated.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ssl_cafile: str | None = None
    kafka_fetch_max_wait_ms: int = Field(default=500, gt=0, description="How long a broker may hold an empty fetch.")
    kafka_send_timeout_seconds: float = Field(
        default=15, gt=0, description="A producer that takes longer is thrown away and made again."
    )

    topic_prefix: str = Field(default="union", pattern=r"^[a-z][a-z0-9-]*$")
    topic_partitions: int = Field(default=6, gt=0)
    topic_replication_factor: int = Field(default=1, gt=0)
    topic_retention_ms: int = Field(default=-1, ge=-1, description="-1 keeps events for good.")
    topic_restricted_retention_ms: int = Field(
        default=-1,
        ge=-1,
        description="Of the topics that say more, where it is to be shorter: what a job of retention has taken out of "
        "the databases stays readable there until then. A service that is set up anew hears nothing older.",
    )


class Settings(KafkaSettings):
    """Of a process of a service."""

    mongo_url: SecretStr = Field(description="Connection string of a MongoDB replica set.")
    mongo_database: str | None = Field(default=None, description="Database of the service; union_<service> if not set.")
    mongo_command_timeout_seconds: float = Field(
        default=10, gt=0, description="After this a command is answered with 503."
    )

    oidc_issuer: str = Field(description="Issuer of the bearer tokens (iss).")
    oidc_audience: str = "campus-union"
    oidc_jwks_url: str | None = Field(default=None, description="Found by OpenID Connect discovery if not set.")
    oidc_algorithms: tuple[str, ...] = ("ES256", "RS256", "Ed25519")
    oidc_member_claim: str = Field(default="sub", description="The claim that holds the id of the member.")
    oidc_roles_claim: str = Field(
        default="roles",
        description="Where the token brings roles, as in realm_access.roles; beside those of the roster.",
    )
    oidc_scope_claim: str = Field(
        default="scope", description="Where the token of another system's account says what it may do."
    )
    oidc_role_map: dict[str, Grant] = Field(
        default={},
        description='What the campus calls a role, as JSON: {"union-admin": {"role": "administrator"}}. '
        "Empty: the token brings roles in our own form.",
    )
    oidc_leeway_seconds: int = Field(default=60, ge=0)

    sealing_master_keys: SecretStr = Field(
        description="name:base64 of 32 bytes, comma-separated: the current master key first, then those before it."
    )
    sealing_index_key: SecretStr = Field(
        description="base64 of 32 bytes: the key of the blind indexes. It never changes."
    )

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=0, le=65535)
    http_body_limit_bytes: int = Field(default=1_048_576, gt=0)
    idempotency_retention_days: int = Field(default=7, gt=0)
    relay_lease_seconds: float = Field(default=5, gt=0)
    relay_poll_seconds: float = Field(default=1, gt=0)
    relay_batch: int = Field(default=500, gt=0)
    due_work_poll_seconds: float = Field(default=2, gt=0, description="How often it is looked for what falls due.")
    consumer_batch: int = Field(default=500, gt=0)
    consumer_stuck_seconds: float = Field(
        default=300,
        gt=0,
        description="A consumer without progress for so long, with events waiting, ends its process.",
    )
    proposals_collection_template: FilePath | None = Field(
        default=None, description="Word template (.docx) of the collection of proposals; ours if not set."
    )
    shutdown_grace_seconds: int = Field(default=20, gt=0)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("oidc_algorithms")
    @classmethod
    def _are_asymmetric(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """A key that verifies must not be one that signs: what an issuer publishes is no secret."""
        if not value or set(value) - ASYMMETRIC:
            raise ValueError(f"one or more of {', '.join(sorted(ASYMMETRIC))}")
        return value

    @field_validator("sealing_master_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        read_master_keys(value.get_secret_value())
        return value

    @field_validator("sealing_index_key")
    @classmethod
    def _is_key(cls, value: SecretStr) -> SecretStr:
        read_key(value.get_secret_value())
        return value

    def master_keys(self) -> MasterKeys:
        masters, index = self.sealing_master_keys.get_secret_value(), self.sealing_index_key.get_secret_value()
        return MasterKeys(read_master_keys(masters), read_key(index))
