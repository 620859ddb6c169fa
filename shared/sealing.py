"""Sealing what is sensitive: a data key for each person, wrapped by a master key from the settings.

| what | how |
|---|---|
| a person's key | 32 random bytes, wrapped by AES key wrap (RFC 3394) under the current master key |
| fields in a document | AES-256-GCM, bound to the place where they are kept, so that they cannot be moved to another |
| the data of an event | a JWE (RFC 7516, `dir`, `A256GCM`), `kid` is the person |
| a blind index | HMAC-SHA256 of the field's name and value under a key of its own: equal values, equal marks |

Whoever destroys a person's key has erased all of it, wherever copies are kept.
"""

import base64
import binascii
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class NotOpened(Exception):
    """It was not sealed under this key, or not for this place, or it was altered. Quotes nothing of it."""


class MasterKeyMissing(Exception):
    """A key is wrapped by a master key (`args[0]` is its name) that the settings do not have."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Marks a field of an aggregate as sealed at rest: `occasion: Annotated[Occasion | None, Sensitive()] = None`.

    It is None where it was not opened, and for good once the person's key is destroyed. With `blind`, equal values
    can be searched for.
    """

    blind: bool = False


class PersonKey(NamedTuple):
    person: UUID
    secret: bytes

    def seal(self, plain: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + AESGCM(self.secret).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises NotOpened."""
        if sealed[:1] != _FORMAT:
            raise NotOpened
        nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return AESGCM(self.secret).decrypt(nonce, text, place.encode())
        except (InvalidTag, ValueError) as error:
            raise NotOpened from error

    def seal_data(self, data: bytes) -> bytes:
        """The data of an event as a JWE."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": str(self.person)}
        return jwe.encrypt_compact(header, data, OctKey.import_key(self.secret)).encode()

    def open_data(self, sealed: bytes) -> bytes:
        """Raises NotOpened."""
        try:
            opened = jwe.decrypt_compact(sealed, OctKey.import_key(self.secret), algorithms=["dir", "A256GCM"])
        except (JoseError, ValueError, TypeError, LookupError, InvalidTag) as error:
            raise NotOpened from error
        return opened.plaintext or b""


def person_of(sealed: bytes) -> UUID:
    """For whom the data of an event are sealed. Raises ValueError for what is no JWE of ours."""
    try:
        header = json.loads(base64.urlsafe_b64decode(sealed.partition(b".")[0] + b"=="))
        return UUID(header["kid"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ValueError("not a JWE that names a person") from None


class MasterKeys:
    """Master keys by name, the current one first, and the key of the blind indexes."""

    def __init__(self, keys: Mapping[str, bytes], index_key: bytes) -> None:
        self.current = next(iter(keys))
        self._keys = keys
        self._index_key = index_key

    def new_key(self) -> str:
        """A person's new key, wrapped."""
        return self.wrap(os.urandom(_KEY_BYTES))

    def wrap(self, secret: bytes) -> str:
        wrapped = aes_key_wrap(self._keys[self.current], secret)
        return f"{self.current}:{base64.urlsafe_b64encode(wrapped).rstrip(b'=').decode()}"

    def unwrap(self, wrapped: str) -> bytes:
        """Raises MasterKeyMissing, NotOpened."""
        name, _, text = wrapped.partition(":")
        if name not in self._keys:
            raise MasterKeyMissing(name)
        try:
            return aes_key_unwrap(self._keys[name], base64.urlsafe_b64decode(text + "=="))
        except (InvalidUnwrap, ValueError) as error:
            raise NotOpened from error

    def is_current(self, wrapped: str) -> bool:
        return wrapped.partition(":")[0] == self.current

    def blind(self, field: str, value: str) -> bytes:
        """The mark by which equal values of the field are found."""
        return hmac.digest(self._index_key, f"{field}\x00{value}".encode(), "sha256")


def read_master_keys(text: str) -> dict[str, bytes]:
    """`name:base64,name:base64`, 32 bytes each, the current one first. Raises ValueError, which quotes no key."""
    found: dict[str, bytes] = {}
    for part in text.split(","):
        name, _, key = part.strip().partition(":")
        if not name or name in found:
            raise ValueError("each master key has a name of its own: name:base64,name:base64")
        found[name] = read_key(key)
    return found


def read_key(text: str) -> bytes:
    """32 bytes as base64 or base64url. Raises ValueError, which does not quote them."""
    try:
        key = base64.urlsafe_b64decode(text.strip().replace("+", "-").replace("/", "_").rstrip("=") + "==")
    except (binascii.Error, ValueError):
        raise ValueError("the key is not base64") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"the key has {len(key)} bytes instead of {_KEY_BYTES}")
    return key


@lru_cache
def sensitive_fields(model: type[BaseModel]) -> Mapping[str, Sensitive]:
    """The fields of an aggregate that are sealed. Raises TypeError where one could not be left out."""
    found: dict[str, Sensitive] = {}
    for name, field in model.model_fields.items():
        marks: list[Any] = [mark for mark in field.metadata if isinstance(mark, Sensitive)]
        if marks:
            if field.is_required() or field.default is not None:
                raise TypeError(f"{model.__name__}.{name} is sensitive: it must be None where it was not opened")
            found[name] = marks[0]
    return found
