"""Every error as a problem (RFC 9457), in the caller's language, naming the field and the rule."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from shared.errors import Kind, RuleBroken, Text, Unavailable
from shared.http.messages import field_message
from shared.mongo import UNREACHABLE
from shared.tracing import current_trace

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:campus-union:problem:"

STATUS = {
    Kind.MALFORMED: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.TOO_LARGE: 413,
    Kind.MEDIA_TYPE: 415,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.UNAVAILABLE: 503,
}

_HTTP = {
    404: Text(zh="未找到", en="Not found"),
    405: Text(zh="不支持此方法", en="Method not allowed"),
    415: Text(zh="不支持的内容类型", en="Unsupported media type"),
}
_MALFORMED = Text(zh="请求格式不正确", en="The request is malformed")
_CRASHED = Text(zh="服务器内部错误", en="Something went wrong here")


class FieldError(BaseModel):
    pointer: str = Field(description="Where: a JSON pointer into the body, or the name of a parameter.")
    rule: str = Field(description="The rule that is broken, as a fixed word.")
    detail: str = Field(description="The same in the caller's language.")


class Problem(BaseModel):
    """RFC 9457. The facts of a broken rule are members beside these."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    correlation_id: str | None = None
    errors: list[FieldError] | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its OpenAPI document."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def prefers_english(accept_language: str) -> bool:
    """Chinese unless the header puts English before it."""
    best = {"zh": 0.0, "en": 0.0}
    for part in accept_language.lower().split(","):
        tag, *parameters = part.strip().split(";")
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.strip().partition("=")
            if name == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        language = tag.split("-")[0]
        if language in best:
            best[language] = max(best[language], weight)
    return best["en"] > best["zh"]


def problem(
    request: Request,
    status: int,
    slug: str,
    title: Text,
    detail: Text | None = None,
    facts: Mapping[str, Any] | None = None,
    errors: Sequence[tuple[str, str, Text]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    english = prefers_english(request.headers.get("accept-language", ""))

    def say(text: Text) -> str:
        return text.en if english else text.zh

    trace = current_trace.get()
    body: dict[str, Any] = {
        **(facts or {}),
        "type": f"{TYPE_PREFIX}{slug}",
        "title": say(title),
        "status": status,
        "correlation_id": trace.correlation_id if trace else None,
    }
    if detail:
        body["detail"] = say(detail)
    if errors:
        body["errors"] = [{"pointer": where, "rule": rule, "detail": say(text)} for where, rule, text in errors]
    return JSONResponse(
        body,
        status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": "en" if english else "zh-CN", **(headers or {})},
    )


async def _rule_broken(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RuleBroken)  # noqa: S101  what it is registered for
    headers = {}
    if error.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.kind is Kind.UNAVAILABLE:
        headers["Retry-After"] = "5"
    return problem(request, STATUS[error.kind], error.slug(), error.title, error.told(), error.facts(), headers=headers)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  what it is registered for
    errors = []
    for found in error.errors():
        place, *path = found["loc"]
        # A JSON error's place is a character offset, which points to no field.
        path = [] if found["type"] == "json_invalid" else path
        where = (
            "/" + "/".join(_escaped(step) for step in path) if place == "body" and path else str(path[-1:] and path[-1])
        )
        kind = found["type"]
        context = {name: str(value) for name, value in (found.get("ctx") or {}).items() if name != "error"}
        errors.append((where if path else "", kind, field_message(kind, context)))
    return problem(request, 422, "malformed-request", _MALFORMED, errors=errors)


def _escaped(step: object) -> str:
    """As a step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  what it is registered for
    if isinstance(error.__cause__, RuleBroken):
        # The framework wraps whatever is raised while it reads a body, as when the body is too large.
        return await _rule_broken(request, error.__cause__)
    if error.status_code == HTTPStatus.BAD_REQUEST:
        # The framework could not read the body as JSON at all, as when it is not UTF-8.
        unreadable = ("", "body_unreadable", field_message("body_unreadable", {}))
        return problem(request, 422, "malformed-request", _MALFORMED, errors=[unreadable])
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    phrase = HTTPStatus(error.status_code).phrase
    title = _HTTP.get(error.status_code, Text(zh=phrase, en=phrase))
    return problem(request, error.status_code, phrase.lower().replace(" ", "-"), title, headers=headers)


def _methods(request: Request) -> list[str]:
    """Of every route with this path: the framework names those of the first one only."""
    found: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches({**request.scope, "type": "http"})
        if match is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found)


async def _unreachable(request: Request, error: Exception) -> JSONResponse:
    log.warning("database.unreachable", error=type(error).__qualname__)
    return await _rule_broken(request, Unavailable())


async def crashed(request: Request, error: Exception) -> JSONResponse:
    log.error("request.crashed", exc_info=error)
    return problem(request, 500, "internal-error", _CRASHED)


def install(app: FastAPI) -> None:
    app.add_exception_handler(RuleBroken, _rule_broken)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    for kind in UNREACHABLE:
        app.add_exception_handler(kind, _unreachable)


def describe(app: FastAPI) -> None:
    """Put the schema of Problem into the OpenAPI document, which the documented answers refer to."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
