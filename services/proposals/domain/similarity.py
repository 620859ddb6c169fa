"""How alike two forms are, by their characters: Chinese needs no dictionary for that."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

_OPENING = re.compile(r"^(?:关于)?(?:进一步|切实|尽快)?")
_CLOSING = re.compile(r"的?(?:提案|议案|意见建议|建议|意见)$")
_EVERYWHERE = re.compile("建议|希望|学校|我校|教职工|教职员工|教工|老师|教师|提案")
"""What is said in every form of a college says nothing of what this one is about."""
_LONGEST = 1_000
"""Characters of a text that are compared: what a form is about is said by then, and the time it takes is bounded."""
_OF_THE_TITLE = 0.4


class Text(NamedTuple):
    """What of a form is compared."""

    id: UUID
    title: str
    body: str


class Alike(NamedTuple):
    """From 0 to 100."""

    id: UUID
    score: float


class _Features(NamedTuple):
    title: list[str]
    whole: list[str]


def most_alike(text: Text, others: Iterable[Text], *, threshold: float, count: int) -> list[Alike]:
    """The others that are at least so alike, the most alike first; of equals the one that was filed first."""
    mine = _features(text)
    scored = [Alike(other.id, score(mine, _features(other))) for other in others if other.id != text.id]
    found = [alike for alike in scored if alike.score >= threshold]
    return sorted(found, key=lambda alike: (-alike.score, alike.id))[:count]


def score(one: _Features, other: _Features) -> float:
    """Titles that are alike count for themselves; where they are worded differently, the whole still decides."""
    # Only whoever compares forms has it in memory.
    from rapidfuzz import fuzz

    whole = fuzz.ratio(one.whole, other.whole)
    titles = fuzz.ratio(one.title, other.title) if one.title and other.title else 0.0
    return round(max(whole, _OF_THE_TITLE * titles + (1 - _OF_THE_TITLE) * whole), 1)


def normal(text: str) -> str:
    """Letters and digits alone, full-width and half-width made the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LN")


def subject(title: str) -> str:
    """What a title is about: 关于……的提案 says nothing."""
    return _CLOSING.sub("", _OPENING.sub("", normal(title)))


def _features(text: Text) -> _Features:
    title = _EVERYWHERE.sub("", subject(text.title))
    body = _EVERYWHERE.sub("", normal(text.body[:_LONGEST]))
    return _Features(_pieces(title), _pieces(title + body))


def _pieces(text: str) -> list[str]:
    """Its characters and its pairs of characters, each once and in one order, so that moved sentences stay alike."""
    return sorted({*text, *(text[at : at + 2] for at in range(len(text) - 1))})
