"""Tokens that are let in, and all the others. The issuer's keys come from memory."""

import base64
import hmac
import json
import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic import ValidationError

from shared import auth
from shared.auth import Verifier
from shared.errors import TokenRefused, Unavailable
from shared.roles import Grant, Permit, Role
from shared.settings import Settings
from tests.keys import SEALING

ISSUER = "https://login.college.example"
MEMBER = UUID("01930000-0000-7000-8000-0000000000b1")
KEY = ECKey.generate_key("P-256", {"kid": "now"})
NEXT = ECKey.generate_key("P-256", {"kid": "next"})


class Published:
    """An issuer on the network: its keys, and how often it was asked."""

    def __init__(self) -> None:
        self.keys: list[Any] = [KEY]
        self.asked = 0
        self.down = False
        self.body: Any = ...

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"jwks_uri": f"{ISSUER}/keys"})
        self.asked += 1
        if self.body is not ...:
            return httpx.Response(200, json=self.body)
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Published:
    found = Published()
    real = httpx.AsyncClient
    monkeypatch.setattr("httpx.AsyncClient", lambda **given: real(transport=httpx.MockTransport(found.answer), **given))
    return found


@pytest.fixture
def verifier(published: Published) -> Verifier:
    settings = Settings.model_validate(
        {"mongo_url": "mongodb://x", "kafka_bootstrap_servers": "x:1", "oidc_issuer": ISSUER, **SEALING}
    )
    return Verifier(settings)


def claims(**change: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": ISSUER,
        "aud": "campus-union",
        "sub": str(MEMBER),
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "roles": [{"role": "delegate", "unit_id": None}],
        **change,
    }
    return {name: value for name, value in whole.items() if value is not None}


def token(key: Any = KEY, algorithm: str = "ES256", kind: Any = None, **change: Any) -> str:
    header = {"alg": algorithm, "kid": key.kid, **({} if kind is None else {"typ": kind})}
    head, body = part(header), part(claims(**change))
    if kind is None or isinstance(kind, str):
        return "Bearer " + jwt.encode(header, claims(**change), key, algorithms=[algorithm])
    return f"Bearer {head}.{body}.{'A' * 86}"


async def test_a_good_token_says_who_calls_and_what_they_hold(verifier: Verifier) -> None:
    principal = await verifier.principal(token())

    assert principal.id == MEMBER
    assert principal.grants == {Grant(role=Role.DELEGATE), Grant(role=Role.MEMBER)}


async def test_the_audience_may_be_one_of_several(verifier: Verifier) -> None:
    assert (await verifier.principal(token(aud=["library", "campus-union"]))).id == MEMBER


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "library"},
        {"aud": None},
        {"exp": int(time.time()) - 61},
        {"exp": None},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"sub": "nobody"},
        {"roles": [{"role": "king"}]},
        {"roles": "administrator"},
        {"roles": [{"role": "delegate", "unit_id": "x"}]},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_is_refused(verifier: Verifier, change: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(token(**change))


async def test_a_minute_of_difference_between_clocks_is_allowed(verifier: Verifier) -> None:
    now = int(time.time())

    assert (await verifier.principal(token(exp=now - 30))).id == MEMBER
    assert (await verifier.principal(token(nbf=now + 30, iat=now + 30))).id == MEMBER


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_token_without_a_signature_is_refused(verifier: Verifier) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(f"Bearer {part({'alg': 'none'})}.{part(claims())}.")


async def test_the_public_key_is_no_secret_to_sign_with(verifier: Verifier) -> None:
    signed = f"{part({'alg': 'HS256', 'kid': 'now'})}.{part(claims())}"
    digest = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    with pytest.raises(TokenRefused):
        await verifier.principal(f"Bearer {signed}.{signature}")


async def test_a_key_of_somebody_else_under_a_known_id_is_refused(verifier: Verifier) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(token(ECKey.generate_key("P-256", {"kid": "now"})))


async def test_an_algorithm_that_is_not_allowed_is_refused(verifier: Verifier, published: Published) -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    published.keys.append(rsa)

    assert (await verifier.principal(token(rsa, "RS256"))).id == MEMBER
    with pytest.raises(TokenRefused):
        await verifier.principal(token(rsa, "PS512"))


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a", "Bearer a.b", "Bearer a.b.c"]
)
async def test_what_is_no_token_is_refused(verifier: Verifier, header: str | None) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(header)


async def test_the_keys_are_fetched_once_for_many_tokens(verifier: Verifier, published: Published) -> None:
    for _ in range(5):
        await verifier.principal(token(sub=str(uuid4())))

    assert published.asked == 1


async def test_an_unknown_key_makes_us_look_again_and_not_too_often(
    verifier: Verifier, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.principal(token())
    published.keys = [KEY, NEXT]
    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 0)

    assert (await verifier.principal(token(NEXT))).id == MEMBER
    assert published.asked == 2

    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 10)
    for _ in range(5):
        with pytest.raises(TokenRefused):
            await verifier.principal(token(ECKey.generate_key("P-256", {"kid": "made-up"})))
    assert published.asked == 2


RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
BESIDE: list[Any] = [
    {"kty": "EC", "crv": "P-9999", "x": "AA", "y": "AA", "kid": "curve"},
    {"kty": "OKP", "crv": "X448", "x": "AA"},
    {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "later"},
    {"kty": "RSA"},
    {"kty": ["RSA"]},
    {"kid": "no type"},
    {},
    [],
    None,
    1,
    "key",
    {"kty": "oct", "k": "c2VjcmV0", "kid": "now"},
]


@pytest.mark.parametrize("beside", BESIDE, ids=str)
async def test_a_key_that_we_cannot_use_is_left_out_and_the_others_serve(
    published: Published, verifier: Verifier, beside: Any
) -> None:
    published.body = {"keys": [beside, *(key.as_dict(private=False) for key in (KEY, RSA))]}

    assert (await verifier.principal(token())).id == MEMBER
    assert (await verifier.principal(token(RSA, "RS256"))).id == MEMBER


SHAPES: list[Any] = [None, [], {}, 1, "keys", {"keys": None}, {"keys": {}}, {"keys": 1}, {"keys": []}, {"keys": [[]]}]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
async def test_a_set_of_keys_of_an_odd_shape_is_none(
    published: Published, verifier: Verifier, monkeypatch: pytest.MonkeyPatch, shape: Any
) -> None:
    await verifier.principal(token())
    monkeypatch.setattr(auth, "_KEYS_FRESH_SECONDS", 0)
    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 0)
    published.body = shape
    asked = published.asked

    assert (await verifier.principal(token(sub=str(uuid4())))).grants
    assert published.asked > asked

    with pytest.raises(Unavailable):
        await another().principal(token())


def another() -> Verifier:
    given = {"mongo_url": "mongodb://x", "kafka_bootstrap_servers": "x:1", "oidc_issuer": ISSUER, **SEALING}
    return Verifier(Settings.model_validate(given))


@pytest.mark.parametrize("kind", [None, "JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT"])
async def test_an_access_token_may_say_what_it_is(verifier: Verifier, kind: str | None) -> None:
    assert (await verifier.principal(token(kind=kind))).id == MEMBER


@pytest.mark.parametrize("kind", ["dpop+jwt", "logout+jwt", "secevent+jwt", "id+jwt", "", 1])
async def test_a_token_for_something_else_is_refused(verifier: Verifier, kind: Any) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(token(kind=kind))


@pytest.mark.parametrize("given", [["HS256"], ["ES256", "HS512"], ["none"], ["dir"], []], ids=str)
def test_an_algorithm_whose_keys_both_sign_and_verify_is_not_taken(given: list[str]) -> None:
    whole = {"mongo_url": "mongodb://x", "kafka_bootstrap_servers": "x:1", "oidc_issuer": ISSUER, **SEALING}

    with pytest.raises(ValidationError):
        Settings.model_validate({**whole, "oidc_algorithms": given})


ACCOUNT = {"role": "service_account", "unit_id": None}


async def test_the_account_of_a_system_is_nothing_but_that(verifier: Verifier) -> None:
    roles = [ACCOUNT, {"role": "administrator", "unit_id": None}]

    principal = await verifier.principal(token(roles=roles, scope="openid units:read awards:write"))

    assert principal.grants == {Grant(Role.SERVICE_ACCOUNT, None, frozenset({Permit.UNITS_READ}))}
    assert principal.beside({Grant(Role.UNION_OFFICER)}).grants == principal.grants


@pytest.mark.parametrize("scope", [None, "", "openid", 1, {}, ["openid"]], ids=str)
async def test_without_a_permit_an_account_may_nothing(verifier: Verifier, scope: Any) -> None:
    principal = await verifier.principal(token(roles=[ACCOUNT], scope=scope))

    assert {grant.permits for grant in principal.grants} == {frozenset()}


async def test_what_an_account_may_is_what_it_was_given_and_what_its_token_asks_for(verifier: Verifier) -> None:
    both = frozenset({Permit.UNITS_READ, Permit.MEMBERS_READ})
    unit = uuid4()
    roster = {Grant(Role.SERVICE_ACCOUNT, unit, both)}

    for scope, expected in (
        ("openid", both),
        ("units:read", {Permit.UNITS_READ}),
        (["members:read", "awards:read"], {Permit.MEMBERS_READ}),
        ("awards:read", set()),
    ):
        principal = (await verifier.principal(token(roles=[], scope=scope))).beside(roster)
        assert principal.grants == {Grant(Role.SERVICE_ACCOUNT, unit, frozenset(expected))}


async def test_the_scope_of_a_person_changes_nothing(verifier: Verifier) -> None:
    principal = await verifier.principal(token(roles=[], scope="units:read"))

    assert principal.grants == {Grant(Role.MEMBER)}


async def test_stale_keys_serve_on_while_the_issuer_is_down(
    verifier: Verifier, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.principal(token())
    published.down = True
    monkeypatch.setattr(auth, "_KEYS_FRESH_SECONDS", 0)
    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 0)

    assert (await verifier.principal(token(sub=str(uuid4())))).grants


async def test_without_any_keys_we_are_unavailable_and_recover(verifier: Verifier, published: Published) -> None:
    published.down = True
    with pytest.raises(Unavailable):
        await verifier.principal(token())

    published.down = False
    assert (await verifier.principal(token())).id == MEMBER


async def test_a_token_that_ran_out_is_refused_also_when_it_was_let_in_before(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = token(exp=int(time.time()) + 5)
    await verifier.principal(given)

    later = time.time() + 70
    monkeypatch.setattr(time, "time", lambda: later)

    with pytest.raises(TokenRefused):
        await verifier.principal(given)


def test_the_published_keys_are_public() -> None:
    assert "d" not in KeySet([KEY]).as_dict(private=False)["keys"][0]


def header(*leave_out: str, **change: Any) -> dict[str, Any]:
    whole = {"alg": "ES256", "kid": "now", **change}
    return {name: value for name, value in whole.items() if name not in leave_out}


@pytest.mark.parametrize(
    "made_up",
    [
        [],
        None,
        {},
        header("alg"),
        header(alg=["ES256"]),
        header(alg={}),
        header(alg=1),
        header(alg="ES256K"),
        header(alg="RS256"),
        header(kid=["now"]),
        header(kid={}),
        header(kid=""),
        header(crit=["exp"]),
        header(crit=1),
        header(crit=[[]]),
        header(typ=[]),
        1,
        "header",
        header(crit=["b64"], b64=False),
        header(jwk=KEY.as_dict(private=False)),
        header(x5c=1),
        {"alg": "dir", "enc": "A128GCM"},
    ],
    ids=str,
)
async def test_whatever_a_caller_makes_up_as_a_header_is_refused(verifier: Verifier, made_up: object) -> None:
    with pytest.raises(TokenRefused):
        await verifier.principal(f"Bearer {part(made_up)}.{part(claims())}.{'A' * 86}")


async def test_a_header_that_is_nested_without_end_is_refused(verifier: Verifier) -> None:
    nested = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 100_000).rstrip(b"=").decode()

    with pytest.raises(TokenRefused):
        await verifier.principal(f"Bearer {nested}.{part(claims())}.AA")


async def test_a_key_that_comes_with_the_token_is_not_one_of_the_issuer(verifier: Verifier) -> None:
    forged = ECKey.generate_key("P-256", {"kid": "mine"})
    own = {"alg": "ES256", "kid": "mine", "jwk": forged.as_dict(private=False)}

    with pytest.raises(TokenRefused):
        await verifier.principal("Bearer " + jwt.encode(own, claims(), forged, algorithms=["ES256"]))


async def test_claims_that_were_changed_after_signing_are_refused(verifier: Verifier) -> None:
    head, _, signature = token().removeprefix("Bearer ").split(".")
    raised = part(claims(roles=[{"role": "administrator", "unit_id": None}]))

    with pytest.raises(TokenRefused):
        await verifier.principal(f"Bearer {head}.{raised}.{signature}")


async def test_the_name_of_the_scheme_may_be_written_small(verifier: Verifier) -> None:
    assert (await verifier.principal(token().replace("Bearer", "bearer"))).id == MEMBER


async def test_a_refusal_quotes_nothing_of_the_token(verifier: Verifier) -> None:
    with pytest.raises(TokenRefused) as refused:
        await verifier.principal(token(sub="T0001", roles=[{"role": "T0001"}]))

    assert "T0001" not in str(refused.value)


async def test_the_keys_are_fetched_again_when_they_are_no_longer_fresh(
    verifier: Verifier, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.principal(token())
    monkeypatch.setattr(auth, "_KEYS_FRESH_SECONDS", 0)
    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 0)

    await verifier.principal(token(sub=str(uuid4())))

    assert published.asked == 2


async def test_an_issuer_that_answers_with_an_error_is_one_that_is_down(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500)

    monkeypatch.setattr(Published, "answer", lambda self, request: failing(request))

    with pytest.raises(Unavailable):
        await verifier.principal(token())


async def test_a_set_without_keys_does_not_replace_the_keys_that_we_have(
    verifier: Verifier, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.principal(token())
    published.keys = []
    monkeypatch.setattr(auth, "_KEYS_FRESH_SECONDS", 0)
    monkeypatch.setattr(auth, "_KEYS_AGAIN_SECONDS", 0)

    assert (await verifier.principal(token(sub=str(uuid4())))).grants


async def test_the_address_of_the_keys_may_be_given_instead_of_discovered(published: Published) -> None:
    paths: list[str] = []
    real = published.answer

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return real(request)

    published.answer = answer  # type: ignore[method-assign]
    keys = auth.PublishedKeys(ISSUER, f"{ISSUER}/given")

    assert await keys.current()
    assert paths == ["/given"]


def mapped(**settings: Any) -> Verifier:
    given = {"mongo_url": "mongodb://x", "kafka_bootstrap_servers": "x:1", "oidc_issuer": ISSUER, **SEALING}
    return Verifier(Settings.model_validate({**given, **settings}))


async def test_roles_are_read_where_the_issuer_puts_them_and_by_the_names_that_it_gives_them(
    published: Published,
) -> None:
    unit = uuid4()
    verifier = mapped(
        oidc_roles_claim="realm_access.roles",
        oidc_role_map={"union-admin": {"role": "administrator"}, "law": {"role": "branch_chair", "unit_id": str(unit)}},
    )

    principal = await verifier.principal(
        token(roles=[{"role": "judge"}], realm_access={"roles": ["law", "offline_access", "union-admin"]})
    )

    assert principal.grants == {Grant(Role.ADMINISTRATOR), Grant(Role.BRANCH_CHAIR, unit), Grant(Role.MEMBER)}


async def test_the_member_is_read_from_the_claim_that_holds_it(published: Published) -> None:
    verifier = mapped(oidc_member_claim="union_member")

    assert (await verifier.principal(token(sub="campus-7", union_member=str(MEMBER)))).id == MEMBER
    with pytest.raises(TokenRefused):
        await verifier.principal(token())


@pytest.mark.parametrize("found", [None, {}, {"roles": None}, "x", ["x"]], ids=str)
async def test_a_token_without_roles_is_one_of_a_member(published: Published, found: Any) -> None:
    verifier = mapped(oidc_roles_claim="realm_access.roles", oidc_role_map={"x": {"role": "judge"}})

    assert (await verifier.principal(token(realm_access=found))).grants == {Grant(Role.MEMBER)}
