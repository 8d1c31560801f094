"""Settings come from files and variables, are read again as files change, and are never told when they are wrong."""

import json
import ssl
import threading
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr
from structlog.testing import capture_logs

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls, verifying
from services.chassis.settings import BadSettings, Fresh, KafkaSecurity, ProcessSettings, Settings
from services.chassis.tokens import (
    BadToken,
    Caller,
    Signer,
    Verifier,
    new_private_key,
    public_key_of,
    read_private_key,
)
from services.gateway.settings import GatewaySettings
from services.notifier.settings import NotifierSettings
from tests.certificates import Authority
from tests.mounted import mount

SECRET = "correct-horse-battery-staple"
SASL = {
    "LIVECHAT_KAFKA_SECURITY": "SASL_SSL",
    "LIVECHAT_KAFKA_USER": "crm",
    "LIVECHAT_KAFKA_PASSWORD": SECRET,
}


class Sample(Settings):
    sample: int
    sample_secret: SecretStr = Field(min_length=20, default=SecretStr(SECRET))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets, empty as yet."""
    found = tmp_path / "secrets"
    mount(found, {})
    monkeypatch.setenv("LIVECHAT_SECRETS", str(found))
    return found


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at whenever somebody asks."""
    monkeypatch.setattr("services.chassis.settings.LOOK_AGAIN_S", 0.0)


def test_a_file_wins_over_the_variable_of_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_SAMPLE", "1")
    monkeypatch.setenv("LIVECHAT_CRM_DATABASE", "postgresql://variable/crm")
    monkeypatch.setenv("LIVECHAT_CRM_WORKER_DATABASE", "postgresql://variable/crm")
    before = Sample().sample, database_urls("crm").app

    mount(
        folder, {"LIVECHAT_SAMPLE": " 2\n", "LIVECHAT_CRM_DATABASE": "postgresql://file/crm\n", "ca.crt": "-"}
    )

    assert before == (1, "postgresql://variable/crm")
    assert (Sample().sample, database_urls("crm").app) == (2, "postgresql://file/crm")
    assert database_urls("crm").worker == "postgresql://variable/crm"


def test_a_server_that_is_verified_is_so_by_the_authority_in_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As deploy/README.md tells it: the URL says `?sslmode=verify-full`, and the Secret has the authority."""
    own = "sslmode=verify-full&sslrootcert=/own.crt"
    monkeypatch.setenv("LIVECHAT_CRM_DATABASE", "postgresql://crm@db/crm?sslmode=verify-full")
    monkeypatch.setenv("LIVECHAT_CRM_WORKER_DATABASE", f"postgresql://crm@db/crm?{own}")
    assert "sslrootcert" not in conninfo_to_dict(database_urls("crm").app)

    mount(folder, {"LIVECHAT_DATABASE_CA": "-----BEGIN CERTIFICATE-----"})

    told, authority = conninfo_to_dict(database_urls("crm").app), folder / "LIVECHAT_DATABASE_CA"
    assert (told["sslmode"], told["sslrootcert"], told["dbname"]) == ("verify-full", str(authority), "crm")
    assert conninfo_to_dict(database_urls("crm").worker)["sslrootcert"] == "/own.crt"
    for plain in ("postgresql://crm@db/crm", "postgresql://crm@db/crm?sslmode=disable"):
        assert verifying(plain) == plain


def test_what_is_missing_is_told_by_name_and_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIVECHAT_KAFKA", raising=False)

    with pytest.raises(BadSettings, match=f"LIVECHAT_KAFKA is missing.*variable, nor a file in {folder}"):
        KafkaSettings()
    with pytest.raises(BadSettings, match=r"LIVECHAT_CRM_DATABASE is missing.*LIVECHAT_CRM_WORKER_DATABASE"):
        database_urls("crm")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Sample, "LIVECHAT_SAMPLE"),
        (ProcessSettings, "LIVECHAT_TOKEN_PUBLIC_KEYS"),
        (GatewaySettings, "LIVECHAT_TOKEN_SIGNING_KEY"),
        (NotifierSettings, "LIVECHAT_NOTIFIER_VAPID_KEY"),
        (KafkaSecurity, "LIVECHAT_KAFKA_CA"),
    ],
)
def test_what_is_malformed_is_told_by_name_and_not_by_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: type[Settings], name: str
) -> None:
    monkeypatch.setenv("LIVECHAT_KAFKA_SECURITY", "SSL")
    told: list[BadSettings] = []
    mount(folder, {name: SECRET})
    for _ in range(2):
        with pytest.raises(BadSettings, match=name) as raised:
            settings()
        told.append(raised.value)
        mount(folder, {})
        monkeypatch.setenv(name, SECRET)

    assert not any(SECRET in "".join(traceback.format_exception(one)) for one in told)


def test_a_folder_or_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "LIVECHAT_SAMPLE").write_bytes(b"\xff")
    (folder / "..data").unlink()
    with pytest.raises(BadSettings, match="LIVECHAT_SAMPLE is not UTF-8"):
        Sample()

    monkeypatch.setenv("LIVECHAT_SECRETS", str(tmp_path / "nowhere"))
    with pytest.raises(BadSettings, match=r"LIVECHAT_SECRETS: .*nowhere is not there"):
        Sample()


def test_two_files_are_read_from_the_same_moment_however_often_they_are_swapped(folder: Path) -> None:
    mount(folder, {"LIVECHAT_SAMPLE": "0", "LIVECHAT_SAMPLE_SECRET": f"{0:020}"})
    over = threading.Event()

    def swap() -> None:
        number = 0
        while not over.wait(0.002):
            number += 1
            mount(folder, {"LIVECHAT_SAMPLE": str(number), "LIVECHAT_SAMPLE_SECRET": f"{number:020}"})

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        found = [Sample() for _ in range(300)]
    finally:
        over.set()
        swapping.join()

    assert all(int(one.sample_secret.get_secret_value()) == one.sample for one in found)
    assert len({one.sample for one in found}) > 1


@pytest.mark.usefixtures("unhurried")
def test_what_is_swapped_is_there_at_the_next_look_and_what_is_unusable_is_not(folder: Path) -> None:
    mount(folder, {"LIVECHAT_SAMPLE": "1"})
    fresh = Fresh(Sample)
    found = [fresh().sample]
    with capture_logs() as logs:
        for text in ("2", "two", "two", "3"):
            mount(folder, {"LIVECHAT_SAMPLE": text})
            found.append(fresh().sample)

    assert found == [1, 2, 2, 2, 3]
    assert [one["event"] for one in logs] == [
        "secrets_read_again",
        "secrets_not_read_again",
        "secrets_read_again",
    ]
    assert "LIVECHAT_SAMPLE" in logs[1]["error"]


@pytest.mark.usefixtures("unhurried")
def test_tokens_of_a_new_key_count_as_soon_as_it_is_told_and_of_a_removed_one_no_more(folder: Path) -> None:
    old, new, now = new_private_key(), new_private_key(), datetime(2026, 1, 1, tzinfo=UTC)
    caller = Caller(kind="agent", id="a", workspace_id="w")
    tokens = {
        kid: Signer(kid, read_private_key(key)).sign(caller, now)[0] for kid, key in (("1", old), ("2", new))
    }

    def told(**keys: str) -> None:
        public = json.dumps({kid[1:]: public_key_of(key) for kid, key in keys.items()})
        mount(folder, {"LIVECHAT_TOKEN_PUBLIC_KEYS": public})

    def believed() -> list[str]:
        def counts(kid: str) -> bool:
            try:
                return verifier.verify(tokens[kid], now) == caller
            except BadToken:
                return False

        return [kid for kid in tokens if counts(kid)]

    told(k1=old)
    verifier = Verifier(Fresh(lambda: ProcessSettings().public_keys()))
    found = [believed()]
    for keys in ({"k1": old, "k2": new}, {"k2": new}):
        told(**keys)
        found.append(believed())

    assert found == [["1"], ["1", "2"], ["2"]]


def test_kafka_is_plain_unless_something_else_is_said() -> None:
    assert KafkaSecurity().options() == {
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": None,
        "sasl_plain_password": None,
    }


def test_brokers_are_verified_by_authority_and_by_name(folder: Path) -> None:
    mount(folder, {**SASL, "LIVECHAT_KAFKA_CA": Authority("brokers").pem})

    told = KafkaSecurity()

    assert told.context is not None
    assert (told.context.check_hostname, told.context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert len(told.context.get_ca_certs()) == 1
    assert told.options()["sasl_plain_password"] == SECRET
    assert SECRET not in repr(told)


def test_a_certificate_comes_with_its_key(folder: Path) -> None:
    authority = Authority("clients")
    (certificate, key), (_, other) = authority.signs("crm"), authority.signs("crm")
    given = {"LIVECHAT_KAFKA_SECURITY": "SSL", "LIVECHAT_KAFKA_CERTIFICATE": certificate}

    mount(folder, {**given, "LIVECHAT_KAFKA_KEY": key})
    assert KafkaSecurity().context is not None
    mount(folder, {**given, "LIVECHAT_KAFKA_KEY": other})
    with pytest.raises(BadSettings, match="LIVECHAT_KAFKA_KEY: KEY_VALUES_MISMATCH"):
        KafkaSecurity()
    mount(folder, given)
    with pytest.raises(BadSettings, match="LIVECHAT_KAFKA_KEY: one of both is missing"):
        KafkaSecurity()


@pytest.mark.parametrize(
    "change",
    [{"LIVECHAT_KAFKA_PASSWORD": ""}, {"LIVECHAT_KAFKA_SECURITY": "SSL"}, {"LIVECHAT_KAFKA_SECURITY": ""}],
)
def test_a_user_a_password_and_sasl_go_together(folder: Path, change: dict[str, str]) -> None:
    mount(folder, SASL | change)

    with pytest.raises(BadSettings, match="LIVECHAT_KAFKA_USER, LIVECHAT_KAFKA_PASSWORD"):
        KafkaSecurity()


@pytest.mark.usefixtures("unhurried")
def test_the_signer_takes_key_and_name_from_the_same_moment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_ORIGINS", "http://localhost")
    monkeypatch.setenv("LIVECHAT_GATEWAY_EMAIL_SECRET", "e" * 32)
    keys = {kid: new_private_key() for kid in ("1", "2")}
    public = {kid: read_private_key(key).public_key() for kid, key in keys.items()}
    verifier, caller = Verifier(lambda: public), Caller(kind="agent", id="a", workspace_id="w")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    told = partial(mount, folder)

    told({"LIVECHAT_TOKEN_KID": "1", "LIVECHAT_TOKEN_SIGNING_KEY": keys["1"]})
    signer = Fresh(lambda: GatewaySettings().signer())
    first = signer().sign(caller, now)[0]
    told({"LIVECHAT_TOKEN_KID": "2", "LIVECHAT_TOKEN_SIGNING_KEY": keys["2"]})
    second = signer().sign(caller, now)[0]

    assert [verifier.verify(token, now) for token in (first, second)] == [caller, caller]
    assert first != second
