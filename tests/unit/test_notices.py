"""The texts of notices, and to whom they are addressed."""

import re
from enum import StrEnum

import pytest
from jinja2 import UndefinedError

from services.notifications.domain import Topic, notice_id
from services.notifications.texts import (
    DAYS,
    MOMENTS,
    TEMPLATES,
    UNKNOWN_PERSON,
    UNKNOWN_SUBJECT,
    WORDS,
    render,
    titled,
    worded,
)
from shared.contracts.events import Level
from shared.contracts.members import Language
from shared.contracts.proposals.cases import AnswerType
from shared.contracts.proposals.congresses import BodyKind
from shared.contracts.proposals.forms import Disposition, SecondAnswer
from shared.ids import new_id

LANGUAGES: list[Language] = ["zh-CN", "en"]
FACTS = {
    "title": "学习达人",
    "proposer": "江云帆",
    "member": "白露微",
    "level": "校级",
    "granted_on": "2022-06-01",
    "visited_on": "2022-06-01",
    "proposal": "《关于改善教师午休条件的提案》",
    "other": "《关于增设教师休息室的提案》",
    "seconder": "何景和",
    "second": "已同意附议",
    "accepted": "23",
    "count": "41",
    "disposition": "暂不予立案",
    "answer": "已采纳并落实（A类）",
    "due_on": "2022-06-30",
    "committed_on": "2022-12-31",
    "days": "17",
    "round": "29",
    "opens_at": "2022-03-01 08:00",
    "closes_at": "2022-03-21 00:00",
    "late_until": "2022-04-01 00:00",
    "body": "教职工代表大会",
    "number": "31",
    "forms": "37",
    "year": "2022",
    "opens_on": "2022-03-02",
    "cards": "71",
    "held_from": "2022-03-18",
    "held_until": "2022-03-19",
    "choose_by": "2022-09-01 18:00",
    "pick_up_from": "2022-09-05",
    "pick_up_until": "2022-09-16",
    "expires_on": "2022-09-30",
    "entitled": "412",
    "picked_up": "405",
    "returned": "7",
}


def words_of(topic: Topic, language: Language) -> set[str]:
    return set(re.findall(r"{{ *(\w+)", (TEMPLATES / language / f"{topic.value}.txt").read_text()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_a_text_in_every_language(topic: Topic, language: Language) -> None:
    text = render(topic, language, FACTS)

    assert text.title
    assert text.body
    for word in words_of(topic, language):
        assert FACTS[word] in text.title + text.body


@pytest.mark.parametrize("topic", list(Topic))
def test_both_languages_say_the_same_facts(topic: Topic) -> None:
    assert words_of(topic, "zh-CN") == words_of(topic, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", [topic for topic in Topic if words_of(topic, "en")])
def test_a_missing_fact_fails_loudly(topic: Topic, language: Language) -> None:
    with pytest.raises(UndefinedError):
        render(topic, language, {})


def test_there_are_no_templates_without_a_topic() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (TEMPLATES / language).iterdir()} == {topic.value for topic in Topic}


CODES: list[tuple[str, type[StrEnum]]] = [
    ("level", Level),
    ("disposition", Disposition),
    ("second", SecondAnswer),
    ("answer", AnswerType),
    ("body", BodyKind),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("fact", "codes"), CODES)
def test_every_code_has_a_word_in_every_language(fact: str, codes: type[StrEnum], language: Language) -> None:
    words = WORDS[fact][language]

    assert set(words) == {code.value for code in codes}
    assert all(worded({fact: code.value}, language)[fact] == words[code.value] for code in codes)


def test_no_kind_of_code_goes_untested() -> None:
    assert set(WORDS) == {fact for fact, _ in CODES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_and_whatever_is_not_known_has_words(language: Language) -> None:
    assert UNKNOWN_PERSON[language]
    assert titled(None, language) == UNKNOWN_SUBJECT[language]


def test_a_title_stands_in_the_marks_of_the_language() -> None:
    assert titled("关于午休", "zh-CN") == "《关于午休》"
    assert titled("关于午休", "en") == '"关于午休"'


def test_days_and_moments_are_read_as_they_are_said_in_shanghai() -> None:
    facts = {"due_on": "2022-06-05", "closes_at": "2022-03-20T16:00:00+00:00", "days": "3"}

    assert worded(facts, "zh-CN") == {"due_on": "2022年6月5日", "closes_at": "2022年3月21日 00:00", "days": "3"}
    assert worded(facts, "en") == {"due_on": "5 June 2022", "closes_at": "21 March 2022, 00:00", "days": "3"}


@pytest.mark.parametrize("topic", list(Topic))
def test_every_day_and_moment_of_a_text_is_one_that_is_worded(topic: Topic) -> None:
    named = {word for word in words_of(topic, "zh-CN") if re.search(r"_(on|at|from|until)$", word)}

    assert named <= DAYS | MOMENTS


def test_facts_are_not_templates() -> None:
    text = render(Topic.SECONDING_REQUESTED, "en", {**FACTS, "proposal": "{{ 7 * 7 }}"})

    assert "{{ 7 * 7 }}" in text.title + text.body
    assert "49" not in text.title + text.body


def test_the_id_of_a_notice_is_that_of_its_event_and_its_member() -> None:
    event, member, other = str(new_id()), new_id(), new_id()

    assert notice_id(event, member) == notice_id(event, member)
    assert notice_id(event, member) != notice_id(event, other)
