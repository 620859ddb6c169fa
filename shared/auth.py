"""Bearer tokens of an OpenID Connect issuer, verified against its published keys (JWKS)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any
from uuid import UUID

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key
from pydantic import TypeAdapter, ValidationError

from shared.errors import TokenRefused, Unavailable
from shared.roles import Grant, Permit, Role
from shared.settings import Settings

log = structlog.get_logger()

_KEYS_FRESH_SECONDS = 600
_KEYS_AGAIN_SECONDS = 10
_REMEMBERED_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: the subject of the token and the roles it holds; `permits` are what its `scope` says.

    Everybody is a member too, but for the accounts of other systems: these are nothing else.
    """

    id: UUID
    grants: frozenset[Grant]
    permits: frozenset[Permit] = frozenset()
    expires_at: float = inf
    """Until when the token speaks for them, in seconds since 1970."""

    def beside(self, roster: Iterable[Grant]) -> "Principal":
        """With the roles that the roster gives."""
        grants = self.grants | frozenset(roster)
        accounts = {grant for grant in grants if grant.role is Role.SERVICE_ACCOUNT}
        if accounts:
            grants = frozenset(grant._replace(permits=self._narrowed(grant.permits)) for grant in accounts)
        else:
            grants |= {Grant(Role.MEMBER)}
        return replace(self, grants=grants)

    def _narrowed(self, given: frozenset[Permit]) -> frozenset[Permit]:
        """A token may ask for less than was given, and never for more."""
        return given & self.permits if given and self.permits else given or self.permits


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
                self._keys = _key_set(answer.json())
                self._fetched_at = time.monotonic()
        except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            # Unreachable, or of a shape that nobody could foresee: the keys of before serve on.
            log.warning("jwks.unreachable", error=type(error).__qualname__)

    async def _discover(self, http: httpx.AsyncClient) -> str:
        answer = await http.get(f"{self._issuer}/.well-known/openid-configuration")
        answer.raise_for_status()
        return str(answer.json()["jwks_uri"])


def _key_set(published: Any) -> KeySet:
    """Those of the keys that can be used; an issuer may publish others beside them. Raises ValueError without any."""
    found: list[Key] = []
    for number, key in enumerate(published["keys"]):
        try:
            if key["kty"] == "oct":
                raise ValueError("a secret is not published")
            found.append(import_key(dict(key)))
        except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            log.warning("jwks.key-left-out", number=number, error=type(error).__qualname__)
    if not found:
        raise ValueError("no key that can be used")
    return KeySet(found)


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
        until = claims["exp"] + self._leeway
        principal = replace(_principal(claims, self._settings), expires_at=until)
        self._verified[token] = (principal, until)
        while len(self._verified) > _REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return principal

    async def _verify(self, token: str) -> dict[str, Any]:
        for unknown_key in (False, True):
            keys = await self._keys.current(unknown_key=unknown_key)
            try:
                decoded = jwt.decode(token, keys, algorithms=self._algorithms)
                if str(decoded.header.get("typ", "JWT")).lower() not in _TYPES:
                    raise TokenRefused(reason="typ")
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


_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What a token may say that it is: an access token (RFC 9068), or nothing in particular. No ID token, logout token or
proof of a key (`dpop+jwt`) passes for one."""
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
    return Principal(subject, frozenset(grants), _permits(_at(claims, settings.oidc_scope_claim))).beside(())


def _permits(told: Any) -> frozenset[Permit]:
    """The words of ours in a `scope` (words with spaces between, or a list); those of others are no matter of ours."""
    words = told.split() if isinstance(told, str) else told if isinstance(told, list) else ()
    return frozenset(permit for permit in Permit if permit.value in words)


_GRANT: TypeAdapter[Grant] = TypeAdapter(Grant)


def _at(claims: dict[str, Any], path: str) -> Any:
    """The claim at a dotted path, as in `realm_access.roles`; None where there is none."""
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
