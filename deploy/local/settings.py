"""What a person may set for the local stack, from the environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]

SERVICES = ("members", "proposals", "welfare", "events", "notifications", "reports")
CONSUMER_PORT_OFFSET = 100
"""A consumer's health and metrics are at the port of its API plus this."""

Broker = Literal["kafka", "embedded", "auto"]


class LocalSettings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    mongo_url: SecretStr | None = Field(
        default=None, description="A MongoDB replica set to use instead of a local one."
    )
    kafka_bootstrap_servers: str | None = Field(default=None, description="A Kafka to use instead of a local one.")
    local_broker: Broker = "auto"
    local_folder: Path = Field(default=ROOT / ".local", description="Where data, logs and downloads are kept.")
    local_mongo_port: int = Field(default=27117, gt=0, le=65535)
    local_kafka_port: int = Field(default=19092, gt=0, le=65535)
    local_kafka_controller_port: int = Field(default=19093, gt=0, le=65535)
    issuer_port: int = Field(default=8000, gt=0, le=65535)
    members_port: int = Field(default=8001, gt=0, le=65535)
    proposals_port: int = Field(default=8002, gt=0, le=65535)
    welfare_port: int = Field(default=8003, gt=0, le=65535)
    events_port: int = Field(default=8004, gt=0, le=65535)
    notifications_port: int = Field(default=8005, gt=0, le=65535)
    reports_port: int = Field(default=8006, gt=0, le=65535)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.issuer_port}"

    def ports(self) -> dict[str, int]:
        """Every port that the stack listens on, by the setting that it follows from."""
        found = {"ISSUER_PORT": self.issuer_port}
        for service in SERVICES:
            found[f"{service.upper()}_PORT"] = self.port(service)
            found[f"{service.upper()}_PORT (consumer)"] = self.port(service) + CONSUMER_PORT_OFFSET
        if self.mongo_url is None:
            found["LOCAL_MONGO_PORT"] = self.local_mongo_port
        if self.kafka_bootstrap_servers is None and self.local_broker != "embedded":
            found["LOCAL_KAFKA_PORT"] = self.local_kafka_port
            found["LOCAL_KAFKA_CONTROLLER_PORT"] = self.local_kafka_controller_port
        return found

    def port(self, service: str) -> int:
        port: int = getattr(self, f"{service}_port")
        return port

    def api(self, service: str) -> str:
        return f"http://127.0.0.1:{self.port(service)}"

    @property
    def data(self) -> Path:
        return self.local_folder / "data"

    @property
    def logs(self) -> Path:
        return self.local_folder / "logs"

    @property
    def downloads(self) -> Path:
        return self.local_folder / "downloads"
