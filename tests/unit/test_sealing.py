"""What is sealed opens under its own key, in its own place, and nowhere else."""

import base64
import json
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey
from pydantic import BaseModel

from shared.errors import Unavailable
from shared.keyring import Keys, PersonErased
from shared.sealing import (
    MasterKeyMissing,
    MasterKeys,
    NotOpened,
    PersonKey,
    Sensitive,
    person_of,
    read_key,
    read_master_keys,
    sensitive_fields,
)
from tests.keys import FIRST, INDEX, SECOND

PERSON = UUID("01930000-0000-7000-8000-0000000000b1")
KEY = PersonKey(PERSON, bytes(range(32)))
OTHER = PersonKey(PERSON, bytes(32))


def masters(keys: str = f"first:{FIRST}", index: str = INDEX) -> MasterKeys:
    return MasterKeys(read_master_keys(keys), read_key(index))


@given(plain=st.binary(), place=st.text())
def test_what_was_sealed_for_a_place_opens_there(plain: bytes, place: str) -> None:
    assert KEY.open(KEY.seal(plain, place), place) == plain


def test_the_same_sealed_twice_is_not_the_same() -> None:
    assert KEY.seal(b"illness", "visits/1") != KEY.seal(b"illness", "visits/1")


def test_sealed_content_moved_to_another_place_does_not_open() -> None:
    with pytest.raises(NotOpened):
        KEY.open(KEY.seal(b"illness", "visits/1"), "visits/2")


def test_sealed_content_does_not_open_under_the_key_of_somebody_else() -> None:
    with pytest.raises(NotOpened):
        OTHER.open(KEY.seal(b"illness", "visits/1"), "visits/1")


@given(at=st.integers(0, 35), change=st.integers(1, 255))
def test_whatever_byte_is_changed_it_does_not_open(at: int, change: int) -> None:
    sealed = bytearray(KEY.seal(b"illness", "visits/1"))
    sealed[at] ^= change

    with pytest.raises(NotOpened):
        KEY.open(bytes(sealed), "visits/1")


@given(cut=st.integers(0, 35))
def test_what_was_cut_off_does_not_open(cut: int) -> None:
    with pytest.raises(NotOpened):
        KEY.open(KEY.seal(b"illness", "visits/1")[:cut], "visits/1")


@given(data=st.binary())
def test_the_data_of_an_event_open_under_the_key_of_the_person_whom_they_name(data: bytes) -> None:
    sealed = KEY.seal_data(data)

    assert person_of(sealed) == PERSON
    assert KEY.open_data(sealed) == data


def test_sealed_data_are_a_jwe_that_others_can_read() -> None:
    opened = jwe.decrypt_compact(KEY.seal_data(b'{"a":1}'), OctKey.import_key(KEY.secret))

    assert opened.plaintext == b'{"a":1}'
    assert opened.headers() == {"alg": "dir", "enc": "A256GCM", "kid": str(PERSON)}


def test_sealed_data_do_not_open_under_the_key_of_somebody_else() -> None:
    with pytest.raises(NotOpened):
        OTHER.open_data(KEY.seal_data(b"{}"))


@given(at=st.integers(0, 3), text=st.binary(max_size=40))
def test_altered_data_do_not_open(at: int, text: bytes) -> None:
    parts = KEY.seal_data(b"{}").split(b".")
    position = (0, 2, 3, 4)[at]
    changed = b".".join(text if index == position else part for index, part in enumerate(parts))

    if changed != b".".join(parts):
        with pytest.raises(NotOpened):
            KEY.open_data(changed)


def header(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()) + b"..a.b.c"


@pytest.mark.parametrize(
    "no_jwe",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"a.b.c",
        header([]),
        header(None),
        header({}),
        header({"kid": None}),
        header({"kid": 7}),
        header({"kid": "T0001"}),
        header({"kid": [str(PERSON)]}),
        base64.urlsafe_b64encode(b'{"kid":' + b"[" * 100_000),
    ],
    ids=lambda value: value[:20],
)
def test_what_names_no_person_is_told_as_such(no_jwe: bytes) -> None:
    with pytest.raises(ValueError, match="not a JWE that names a person"):
        person_of(no_jwe)


def test_a_new_key_is_another_each_time_and_comes_out_of_its_wrapping() -> None:
    keys = masters()
    first, second = keys.new_key(), keys.new_key()

    assert keys.unwrap(first) != keys.unwrap(second)
    assert len(keys.unwrap(first)) == 32


def test_a_key_is_wrapped_by_the_current_master_key_and_still_comes_out_after_a_new_one() -> None:
    before = masters(f"first:{FIRST}")
    after = masters(f"second:{SECOND},first:{FIRST}")
    wrapped = before.wrap(KEY.secret)

    assert after.unwrap(wrapped) == KEY.secret
    assert not after.is_current(wrapped)
    assert after.is_current(after.wrap(KEY.secret))


def test_a_master_key_that_is_gone_is_told_by_its_name() -> None:
    with pytest.raises(MasterKeyMissing, match="first"):
        masters(f"second:{SECOND}").unwrap(masters().wrap(KEY.secret))


@pytest.mark.parametrize("broken", ["first:", "first:AAAA", "first:%%%", "first:" + "A" * 54])
def test_a_broken_wrapping_does_not_open(broken: str) -> None:
    with pytest.raises(NotOpened):
        masters().unwrap(broken)


def test_equal_values_have_equal_marks_within_a_field_and_index_key_only() -> None:
    keys = masters()

    assert keys.blind("members.phone", "13800000000") == keys.blind("members.phone", "13800000000")
    assert keys.blind("members.phone", "13800000000") != keys.blind("members.phone", "13800000001")
    assert keys.blind("members.phone", "13800000000") != keys.blind("members.email", "13800000000")
    assert keys.blind("members.phone", "1") != masters(index=SECOND).blind("members.phone", "1")


def test_the_fields_that_are_sealed_are_read_from_the_model() -> None:
    class Case(BaseModel):
        what: Annotated[str | None, Sensitive()] = None
        phone: Annotated[str | None, Sensitive(blind=True)] = None
        unit: str = ""

    assert sensitive_fields(Case) == {"what": Sensitive(), "phone": Sensitive(blind=True)}


def test_a_field_that_could_not_be_left_out_cannot_be_sealed() -> None:
    class Case(BaseModel):
        what: Annotated[str, Sensitive()]

    with pytest.raises(TypeError, match=r"Case\.what"):
        sensitive_fields(Case)


def test_a_key_that_has_not_come_is_told_from_one_that_was_destroyed() -> None:
    erased, unknown = uuid4(), uuid4()
    keys = Keys({PERSON: KEY}, [erased])

    assert keys.to_open(PERSON) == keys.to_seal(PERSON) == KEY
    assert keys.to_open(erased) is None
    with pytest.raises(PersonErased):
        keys.to_seal(erased)
    for ask in (keys.to_open, keys.to_seal):
        with pytest.raises(Unavailable):
            ask(unknown)
    assert [keys.knows(person) for person in (PERSON, erased, unknown)] == [True, True, False]
