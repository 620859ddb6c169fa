"""The texts of notices: templates by language, the first line the title, the rest the body."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifications.domain import Topic
from shared.clock import CAMPUS
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

DISPOSITIONS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"filed": "立案", "opinion": "转为意见建议", "not_filed": "暂不予立案", "merged": "并案"},
    "en": {
        "filed": "filed as a case",
        "opinion": "taken as an opinion",
        "not_filed": "not filed for now",
        "merged": "merged",
    },
}

SECONDS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"invited": "已受邀附议", "accepted": "已同意附议", "declined": "未同意附议", "withdrawn": "已撤回附议"},
    "en": {
        "invited": "is invited to second",
        "accepted": "seconds",
        "declined": "has declined to second",
        "withdrawn": "no longer seconds",
    },
}

ANSWERS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"A": "已采纳并落实（A类）", "B": "已采纳并列入计划（B类）", "C": "暂时无法办理并说明理由（C类）"},
    "en": {
        "A": "adopted and done (A)",
        "B": "adopted, with a plan (B)",
        "C": "not possible for now, with the reasons (C)",
    },
}

BODIES: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {"staff_congress": "教职工代表大会", "union_members_congress": "工会会员代表大会"},
    "en": {"staff_congress": "staff congress", "union_members_congress": "union members' congress"},
}

WORDS: Mapping[str, Mapping[Language, Mapping[str, str]]] = {
    "level": LEVELS,
    "disposition": DISPOSITIONS,
    "second": SECONDS,
    "answer": ANSWERS,
    "body": BODIES,
}
"""The facts that are codes, as they are read."""

DAYS = frozenset(
    {
        *("visited_on", "granted_on", "due_on", "committed_on", "held_from", "held_until", "opens_on"),
        *("pick_up_from", "pick_up_until", "expires_on"),
    }
)
MOMENTS = frozenset({"opens_at", "closes_at", "late_until", "choose_by"})

UNKNOWN_SUBJECT: Mapping[Language, str] = {"zh-CN": "一件提案", "en": "a proposal"}


def titled(title: str | None, language: Language) -> str:
    """A title in its marks, or what stands for one that is not known here."""
    if title is None:
        return UNKNOWN_SUBJECT[language]
    return f"《{title}》" if language == "zh-CN" else f'"{title}"'


def worded(facts: Mapping[str, str], language: Language) -> dict[str, str]:
    """The facts of a notice in words: codes, days, moments in Asia/Shanghai."""
    found = dict(facts)
    for name, fact in facts.items():
        if name in WORDS:
            found[name] = WORDS[name][language][fact]
        elif name in DAYS:
            found[name] = _day(date.fromisoformat(fact), language)
        elif name in MOMENTS:
            moment = datetime.fromisoformat(fact).astimezone(CAMPUS)
            separator = " " if language == "zh-CN" else ", "
            found[name] = f"{_day(moment.date(), language)}{separator}{moment:%H:%M}"
    return found


def _day(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh-CN" else f"{day.day} {day:%B} {day.year}"
