"""The texts of notices: templates by language, the first line the title, the rest the body."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifications.domain import Topic
from shared.contracts.members import Language

TEMPLATES = Path(__file__).parent / "templates"

_environment = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    autoescape=False,
    keep_trailing_newline=False,
)

UNKNOWN_PERSON: Mapping[Language, str] = {"zh-CN": "一位会员", "en": "a member"}


class RenderedText(NamedTuple):
    title: str
    body: str


@cache
def _template(topic: Topic, language: Language) -> Template:
    return _environment.get_template(f"{language}/{topic.value}.txt")


def render(topic: Topic, language: Language, facts: Mapping[str, str]) -> RenderedText:
    title, _, body = _template(topic, language).render(facts).partition("\n")
    return RenderedText(title.strip(), body.strip())


LEVELS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"college": "校级", "city": "市级", "province": "省级", "nation": "国家级"},
    "en": {"college": "college", "city": "city", "province": "province", "nation": "nation"},
}
"""Levels of awards as they are read."""
