import pytest
from pydantic import ValidationError

from shared.settings import Settings

NEEDED = {
    "MONGO_URL": "mongodb://user:secret@host/",
    "KAFKA_BOOTSTRAP_SERVERS": "host:9092",
    "OIDC_ISSUER": "https://login.college.example",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "8009")
    monkeypatch.setenv("TOPIC_PREFIX", "law-school")

    settings = Settings()

    assert settings.http_port == 8009
    assert settings.topic_prefix == "law-school"
    assert settings.oidc_issuer == NEEDED["OIDC_ISSUER"]


@pytest.mark.parametrize("name", list(NEEDED))
def test_what_has_no_sensible_default_must_be_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert [error["loc"] for error in refused.value.errors()] == [(name.lower(),)]


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "")

    assert Settings().http_port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PORT", "70000"), ("TOPIC_PREFIX", "Not a prefix"), ("RELAY_BATCH", "0"), ("LOG_LEVEL", "LOUD")],
)
def test_a_setting_out_of_its_bounds_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert refused.value.errors()[0]["loc"] == (name.lower(),)


def test_passwords_are_not_printed() -> None:
    assert "secret" not in repr(Settings())
