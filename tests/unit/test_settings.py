import pytest
from pydantic import ValidationError

from shared.settings import Settings
from tests.keys import FIRST, INDEX, SECOND

NEEDED = {
    "MONGO_URL": "mongodb://user:secret@host/",
    "KAFKA_BOOTSTRAP_SERVERS": "host:9092",
    "OIDC_ISSUER": "https://login.college.example",
    "SEALING_MASTER_KEYS": f"second:{SECOND},first:{FIRST}",
    "SEALING_INDEX_KEY": INDEX,
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEALING_MASTER_KEYS", FIRST),
        ("SEALING_MASTER_KEYS", f"first:{FIRST},first:{SECOND}"),
        ("SEALING_MASTER_KEYS", f"first:{FIRST[:-8]}"),
        ("SEALING_MASTER_KEYS", "first:no base64 at all, that is sure"),
        ("SEALING_INDEX_KEY", FIRST[:-8]),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_by_name_and_not_quoted(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError) as refused:
        Settings()

    (error,) = refused.value.errors(include_input=False)
    assert error["loc"] == (name.lower(),)
    assert FIRST[:-8] not in str(error["msg"])


def test_passwords_and_keys_are_not_printed() -> None:
    printed = repr(Settings())

    assert "secret@" not in printed
    assert FIRST not in printed
    assert INDEX not in printed
