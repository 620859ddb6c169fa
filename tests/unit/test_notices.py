"""The texts of notices, and to whom they are addressed."""

import re

import pytest
from jinja2 import UndefinedError

from services.notifications.domain import Topic, notice_id
from services.notifications.texts import LEVELS, TEMPLATES, UNKNOWN_PERSON, render
from shared.contracts.events import Level
from shared.contracts.members import Language
from shared.ids import new_id

LANGUAGES: list[Language] = ["zh-CN", "en"]
FACTS = {
    "title": "学习达人",
    "proposer": "江云帆",
    "member": "白露微",
    "level": "校级",
    "granted_on": "2022-06-01",
    "visited_on": "2022-06-01",
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_and_an_unknown_person_have_words(language: Language) -> None:
    assert set(LEVELS[language]) == {level.value for level in Level}
    assert UNKNOWN_PERSON[language]


def test_facts_are_not_templates() -> None:
    text = render(Topic.SECONDING_REQUESTED, "en", {**FACTS, "title": "{{ 7 * 7 }}"})

    assert "{{ 7 * 7 }}" in text.title + text.body
    assert "49" not in text.title + text.body


def test_the_id_of_a_notice_is_that_of_its_event_and_its_member() -> None:
    event, member, other = str(new_id()), new_id(), new_id()

    assert notice_id(event, member) == notice_id(event, member)
    assert notice_id(event, member) != notice_id(event, other)
