"""Every way into a service: each has its rule of access, or is known to be open. There is no third kind."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute, Route

from shared.http.requests import Guard


class Unguarded(ValueError):
    """A way in has no rule of access, or is of a kind that can have none."""


class Entrance(NamedTuple):
    """A method of a path, with the rule that holds there. `route` is as it was declared, before it was included."""

    method: str
    path: str
    name: str
    guard: Guard
    route: APIRoute


def of_routers(routers: Iterable[APIRouter]) -> list[Entrance]:
    """Of routers and whatever is included in them. Raises Unguarded."""
    found: list[Entrance] = []
    for router in routers:
        found += of_routes(router.routes)
        _refuse_frontends(router)
    return found


def of_routes(routes: Iterable[BaseRoute], *, open_paths: Collection[str] = ()) -> list[Entrance]:
    """`open_paths` may be read without a token. Raises Unguarded."""
    return [entrance for each in iter_route_contexts(list(routes)) for entrance in _entrances(each, open_paths)]


def of_app(app: Any, *, open_paths: Collection[str]) -> list[Entrance]:
    """Of the finished app. Raises Unguarded."""
    _refuse_frontends(app.router)
    return of_routes(app.router.routes, open_paths=open_paths)


def _entrances(found: Any, open_paths: Collection[str]) -> Iterator[Entrance]:
    route, path = found.original_route, found.path
    if isinstance(route, APIRoute):
        guards = [each.call for each in found.dependant.dependencies if isinstance(each.call, Guard)]
        if len(guards) != 1 or not guards[0].access.rules:
            raise Unguarded(f"{'|'.join(sorted(found.methods))} {path} has no rule of access")
        for method in sorted(found.methods):
            yield Entrance(method, path, found.name, guards[0], route)
    elif not (type(route) is Route and path in open_paths and found.methods == {"GET", "HEAD"}):
        raise Unguarded(f"{path} is a {type(route).__name__}, which has no rule of access and is not known to be open")


def _refuse_frontends(router: Any) -> None:
    """FastAPI keeps routes of static files apart from the others."""
    included = (getattr(route, "original_router", None) for route in router.routes)
    for each in (router, *(found for found in included if found is not None)):
        if getattr(each, "_low_priority_routes", None):
            raise Unguarded("static files are served without a rule of access")
