"""What every published event has in common."""

import json
import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

TYPE = re.compile(r"union\.(?P<service>[a-z]+)\.[a-z]+(-[a-z]+)*(\.(?P<channel>restricted|keys))?\.v[1-9][0-9]*")

UnitId = Annotated[UUID, Field(description="Unit (部门/学院).", examples=["01930000-0000-7000-8000-0000000000a1"])]
MemberId = Annotated[UUID, Field(description="Member (会员).", examples=["01930000-0000-7000-8000-0000000000b1"])]


class Channel(StrEnum):
    """Which topic of a service an event travels on, by what it may say."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    KEYS = "keys"


_registry: dict[str, type["DomainEvent"]] = {}


class DomainEvent(BaseModel):
    """A fact that a service publishes.

    A subclass is the declaration: its docstring ("Sent when ...") is the published description, its `type` the
    CloudEvents type, and defining it registers it. Producers forbid fields that are not declared; consumers ignore
    them (`parse`), so that an optional field may be added without a new version.

    A type that ends in `.restricted.vN` travels on the service's restricted topic, which only named principals
    read, one that ends in `.keys.vN` on the topic of keys, which keeps the newest of each person only; every other
    type is public and must stay thin: ids, unit and status, no free text, no reason, no amount.

    `sealed_for` names the field of the member under whose key the data are encrypted on the way (a JWE), so that
    they can be read no more when that key is destroyed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    service: ClassVar[str]
    channel: ClassVar[Channel]
    restricted: ClassVar[bool]
    """Whether it is kept from those who are not named."""
    sealed_for: ClassVar[str | None]

    def __init_subclass__(
        cls,
        *,
        type: str,  # noqa: A002  the CloudEvents attribute
        sealed_for: str | None = None,
        **options: Any,
    ) -> None:
        match = TYPE.fullmatch(type)
        if match is None:
            raise TypeError(
                f"{cls.__name__}: {type!r} is not of the form union.<service>.<thing-happened>[.restricted|.keys].vN"
            )
        if type in _registry:
            raise TypeError(f"{cls.__name__}: {type!r} is declared by {_registry[type].__name__} already")
        if not (cls.__doc__ or "").startswith("Sent when "):
            raise TypeError(f"{cls.__name__}: the docstring is the published description and starts with 'Sent when '")
        channel = Channel(match["channel"] or "public")
        if sealed_for is not None and channel is not Channel.RESTRICTED:
            raise TypeError(f"{cls.__name__}: sealed data travel on a restricted topic")
        super().__init_subclass__(**options)
        cls.type = type
        cls.service = match["service"]
        cls.channel = channel
        cls.restricted = channel is not Channel.PUBLIC
        cls.sealed_for = sealed_for
        _registry[type] = cls

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Takes the class arguments that `__init_subclass__` has used."""
        if cls.sealed_for is not None and cls.sealed_for not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: it is sealed for {cls.sealed_for!r}, which is none of its fields")

    @property
    def person(self) -> UUID | None:
        """The member under whose key the data are sealed; None where they are not."""
        return getattr(self, self.sealed_for) if self.sealed_for else None

    @classmethod
    def parse(cls, data: bytes) -> "DomainEvent":
        """Read what another service published, ignoring fields added since. Raises pydantic's ValidationError."""
        return cls.model_validate_json(data, extra="ignore")

    @classmethod
    def example(cls) -> "DomainEvent":
        """An event made of the first example of each field."""
        return cls.model_validate_json(
            json.dumps({name: field.examples[0] for name, field in cls.model_fields.items() if field.examples})
        )


def event_class(event_type: str) -> type[DomainEvent] | None:
    return _registry.get(event_type)


def published_by(service: str) -> list[type[DomainEvent]]:
    """The event classes of a service, by type. Its contract module must have been imported."""
    return sorted((e for e in _registry.values() if e.service == service), key=lambda e: e.type)


def topic_of(event: type[DomainEvent] | DomainEvent, prefix: str) -> str:
    return topic_name(event.service, prefix, event.channel)


def topic_name(service: str, prefix: str, channel: Channel = Channel.PUBLIC) -> str:
    return f"{prefix}.{service}.v1" if channel is Channel.PUBLIC else f"{prefix}.{service}.{channel}.v1"


def dead_letter_topic(service: str, prefix: str) -> str:
    """Where the consumers of `service` put what they could not handle."""
    return f"{prefix}.{service}.dead-letters.v1"
