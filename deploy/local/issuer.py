"""A small OpenID Connect issuer for the local stack: `python -m deploy.local.issuer <key file> <port>`.

It publishes its keys as any issuer does; tokens are made by `make token`, never over HTTP. Not for a deployment.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

AUDIENCE = "campus-union"
_ALGORITHM = "ES256"

RoleClaim = Mapping[str, str | None]


class LocalIssuer:
    """A signing key in a file of its owner's, made when it is first needed."""

    def __init__(self, key_file: Path, url: str) -> None:
        self.url = url
        if not key_file.exists():
            key_file.parent.mkdir(parents=True, exist_ok=True)
            made = ECKey.generate_key("P-256", auto_kid=True)
            key_file.touch(mode=0o600)
            key_file.write_text(json.dumps(made.as_dict(private=True)))
        self._key = ECKey.import_key(json.loads(key_file.read_text()))

    def token(
        self, subject: UUID, roles: Iterable[RoleClaim], *, scope: str = "openid", seconds: int = 12 * 3600
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": str(subject),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "scope": scope,
            "roles": [dict(role) for role in roles],
        }
        return jwt.encode({"alg": _ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[_ALGORITHM])

    def app(self) -> Starlette:
        async def configuration(request: Request) -> JSONResponse:
            return JSONResponse(
                {
                    "issuer": self.url,
                    "jwks_uri": f"{self.url}/jwks.json",
                    "id_token_signing_alg_values_supported": [_ALGORITHM],
                    "response_types_supported": [],
                    "subject_types_supported": ["public"],
                }
            )

        async def keys(request: Request) -> JSONResponse:
            return JSONResponse({"keys": [self._key.as_dict(private=False)]})

        return Starlette(routes=[Route("/.well-known/openid-configuration", configuration), Route("/jwks.json", keys)])


def main() -> None:
    key_file, port = Path(sys.argv[1]), int(sys.argv[2])
    issuer = LocalIssuer(key_file, f"http://127.0.0.1:{port}")
    uvicorn.run(issuer.app(), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
