"""Bearer tokens of an OpenID Connect issuer, verified against its published keys (JWKS)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import TypeAdapter, ValidationError

from shared.errors import TokenRefused, Unavailable
from shared.roles import Grant, Role
from shared.settings import Settings

log = structlog.get_logger()

_KEYS_FRESH_SECONDS = 600
_KEYS_AGAIN_SECONDS = 10
_REMEMBERED_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the subject of the token and the roles it holds."""

    id: UUID
    grants: frozenset[Grant]


class PublishedKeys:
    """The issuer's keys, fetched when first needed, again after ten minutes or when a token names an unknown one."""

    def __init__(self, issuer: str, jwks_url: str | None) -> None:
        self._issuer = issuer.rstrip("/")
        self._jwks_url = jwks_url
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def current(self, *, unknown_key: bool = False) -> KeySet:
        """Raises Unavailable when no keys could be had yet; stale keys serve on while the issuer is down."""
        stale = time.monotonic() - self._fetched_at > _KEYS_FRESH_SECONDS
        if self._keys is None or stale or unknown_key:
            async with self._lock:
                await self._refresh(needed=self._keys is None)
        if self._keys is None:
            raise Unavailable
        return self._keys

    async def _refresh(self, *, needed: bool) -> None:
        if not needed and time.monotonic() - self._tried_at < _KEYS_AGAIN_SECONDS:
            return
        if needed and self._keys is not None:
            return
        self._tried_at = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                url = self._jwks_url or await self._discover(http)
                answer = await http.get(url)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
                self._fetched_at = time.monotonic()
        except (httpx.HTTPError, JoseError, ValueError, KeyError) as error:
            log.warning("jwks.unreachable", error=type(error).__qualname__)

    async def _discover(self, http: httpx.AsyncClient) -> str:
        answer = await http.get(f"{self._issuer}/.well-known/openid-configuration")
        answer.raise_for_status()
        return str(answer.json()["jwks_uri"])


class Verifier:
    def __init__(self, settings: Settings) -> None:
        self._keys = PublishedKeys(settings.oidc_issuer, settings.oidc_jwks_url)
        self._settings = settings
        self._algorithms = list(settings.oidc_algorithms)
        self._leeway = settings.oidc_leeway_seconds
        self._claims = jwt.JWTClaimsRegistry(
            leeway=settings.oidc_leeway_seconds,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    async def principal(self, authorization: str | None) -> Principal:
        """Who the `Authorization` header speaks for. Raises TokenRefused, or Unavailable without the issuer's keys."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenRefused(reason="missing")
        remembered = self._verified.get(token)
        if remembered and remembered[1] > time.time():
            return remembered[0]
        claims = await self._verify(token)
        principal = _principal(claims, self._settings)
        self._verified[token] = (principal, claims["exp"] + self._leeway)
        while len(self._verified) > _REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return principal

    async def _verify(self, token: str) -> dict[str, Any]:
        for unknown_key in (False, True):
            keys = await self._keys.current(unknown_key=unknown_key)
            try:
                decoded = jwt.decode(token, keys, algorithms=self._algorithms)
                self._claims.validate(decoded.claims)
            except JoseError as error:
                if error.error in _UNKNOWN_KEY and not unknown_key:
                    continue
                raise TokenRefused(reason=error.error) from None
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
                # joserfc raises ValueError for a key id that is not in the set and for a token that is no JWS, and
                # whatever the types of a header's values lead it into (`"crit": 1` is a TypeError).
                if not unknown_key:
                    continue
                raise TokenRefused(reason="malformed") from error
            return dict(decoded.claims)
        raise TokenRefused(reason="unknown_key")


_UNKNOWN_KEY: Sequence[str] = ("invalid_key_id", "missing_key", "bad_signature")


def _principal(claims: dict[str, Any], settings: Settings) -> Principal:
    try:
        subject = UUID(str(claims[settings.oidc_member_claim]))
        given = _at(claims, settings.oidc_roles_claim) or []
        if settings.oidc_role_map:
            # The campus's own words; those that mean nothing to the union are left out.
            grants = {settings.oidc_role_map[word] for word in given if word in settings.oidc_role_map}
        else:
            grants = {_GRANT.validate_python(role) for role in given}
    except (LookupError, ValueError, TypeError, ValidationError) as error:
        raise TokenRefused(reason="claims") from error
    return Principal(subject, frozenset({*grants, Grant(Role.MEMBER)}))


_GRANT: TypeAdapter[Grant] = TypeAdapter(Grant)


def _at(claims: dict[str, Any], path: str) -> Any:
    """The claim at a dotted path, as in `realm_access.roles`; None where there is none."""
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
