"""Every rule that can be broken says so in both languages, with facts that it has."""

import string
from dataclasses import fields
from importlib import import_module

import pytest

from deploy.local.settings import SERVICES
from shared.errors import RuleBroken
from shared.http.problems import STATUS


def every_rule() -> list[type[RuleBroken]]:
    for service in SERVICES:
        import_module(f"services.{service}.app")

    def below(kind: type[RuleBroken]) -> list[type[RuleBroken]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    return [rule for rule in below(RuleBroken) if hasattr(rule, "title") and rule.__module__.split(".")[0] != "tests"]


RULES = every_rule()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_rules_of_all_services_are_looked_at() -> None:
    assert {rule.__module__.split(".")[1] for rule in RULES} >= {"members", "proposals", "welfare", "events"}


@each_rule
def test_a_rule_speaks_both_languages_and_names_only_facts_that_it_carries(rule: type[RuleBroken]) -> None:
    facts = {field.name for field in fields(rule)}

    for text in (rule.title, rule.detail):
        assert text.zh
        assert not text.zh.replace("If-Match", "").replace("Idempotency-Key", "").isascii()
        assert text.en.isascii()
        assert names(text.zh) == names(text.en) <= facts
    assert names(rule.title.en) == set()


@each_rule
def test_a_rule_has_a_status(rule: type[RuleBroken]) -> None:
    assert 400 <= STATUS[rule.kind] < 600


@each_rule
def test_no_fact_is_called_like_a_member_of_every_problem(rule: type[RuleBroken]) -> None:
    own = {"type", "title", "status", "detail", "instance", "correlation_id", "errors"}

    assert not own & {field.name for field in fields(rule)}


def test_rules_have_names_of_their_own() -> None:
    slugs = [rule.slug() for rule in RULES]

    assert len(set(slugs)) == len(slugs)
