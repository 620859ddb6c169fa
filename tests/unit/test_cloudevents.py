"""The attributes of an event as headers, there and back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.cloudevents import (
    REQUIRED,
    Envelope,
    MalformedEvent,
    data_of,
    read_envelope,
    sequence,
    timestamp,
)
from shared.contracts.members import UnitRenamed
from shared.ids import new_id

ENVELOPE = Envelope(
    id="01930000-0000-7000-8000-0000000000d1",
    source="/union/members",
    type="union.members.unit-renamed.v1",
    subject="01930000-0000-7000-8000-0000000000a1",
    time="2022-06-01T00:00:00.000Z",
    sequence="0000000002",
    partitionkey="01930000-0000-7000-8000-0000000000a1",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    correlationid="desk-42",
)


def headers(**change: bytes | None) -> list[tuple[str, bytes]]:
    """Those of the envelope, with some replaced, or left out where the change is None."""
    whole: dict[str, bytes | None] = {**dict(ENVELOPE.headers()), **change}
    return [(name, value) for name, value in whole.items() if value is not None]


def test_an_envelope_comes_back_as_it_was_sent() -> None:
    assert read_envelope(ENVELOPE.headers()) == ENVELOPE


def test_text_beyond_ascii_survives_the_headers() -> None:
    envelope = replace(ENVELOPE, subject="示例学院")

    assert read_envelope(envelope.headers()).subject == "示例学院"


def test_every_attribute_is_a_header_beside_the_content_type() -> None:
    given = dict(ENVELOPE.headers())

    assert given["ce_specversion"] == b"1.0"
    assert given["content-type"] == b"application/json"
    assert all(name.startswith("ce_") for name in given if name != "content-type")
    assert all(isinstance(value, bytes) for value in given.values())


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, b""])
def test_an_attribute_that_is_required_is_not_left_out_or_empty(name: str, value: bytes | None) -> None:
    with pytest.raises(MalformedEvent, match=f"the header {name} is missing"):
        read_envelope(headers(**{name: value}))


@pytest.mark.parametrize("name", sorted(set(dict(ENVELOPE.headers())) - set(REQUIRED) - {"content-type"}))
def test_an_attribute_that_is_optional_is_empty_where_it_is_not_given(name: str) -> None:
    envelope = read_envelope(headers(**{name: None}))

    assert getattr(envelope, name.removeprefix("ce_")) == ""


@pytest.mark.parametrize("version", [b"0.3", b"1", b"1.0 ", b"2.0"])
def test_another_version_of_the_specification_is_not_read(version: bytes) -> None:
    with pytest.raises(MalformedEvent, match="ce_specversion is not"):
        read_envelope(headers(ce_specversion=version))


def test_a_header_that_is_not_text_is_refused_without_being_quoted() -> None:
    with pytest.raises(MalformedEvent) as refused:
        read_envelope(headers(ce_subject=b"secret\xff"))

    assert str(refused.value) == "a header is not UTF-8"


def test_headers_of_others_are_passed_over() -> None:
    assert read_envelope([*ENVELOPE.headers(), ("x-of-others", b"1"), ("ce_future", b"2")]) == ENVELOPE


def test_the_order_of_the_headers_does_not_matter() -> None:
    assert read_envelope(list(reversed(ENVELOPE.headers()))) == ENVELOPE


def test_sequences_sort_as_text_as_versions_sort_as_numbers() -> None:
    versions = [1, 2, 9, 10, 99, 100, 1_000_000]

    assert sorted(map(sequence, versions)) == [sequence(version) for version in versions]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2022, 6, 1, tzinfo=UTC), "2022-06-01T00:00:00.000Z"),
        (datetime(2022, 6, 1, 12, 30, 1, 234567, tzinfo=UTC), "2022-06-01T12:30:01.234Z"),
    ],
)
def test_a_timestamp_is_utc_with_milliseconds(moment: datetime, text: str) -> None:
    assert timestamp(moment) == text


def test_the_data_of_an_event_are_read_by_its_class() -> None:
    event = UnitRenamed(unit_id=new_id(), name="示例学院", name_en="Example")

    assert UnitRenamed.parse(data_of(event)) == event


def test_a_field_that_a_later_producer_adds_is_passed_over() -> None:
    event = UnitRenamed(unit_id=new_id(), name="示例学院", name_en="Example")
    later = data_of(event).replace(b"{", b'{"added":1,', 1)

    assert UnitRenamed.parse(later) == event
