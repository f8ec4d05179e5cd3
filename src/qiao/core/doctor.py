"""`qiao doctor`: what an administrator should know about the installation before its users do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from qiao.core.models import Mail, Role, Worker
from qiao.core.prepare import is_newer
from qiao.core.work import QUEUES, SILENCE

FAILED_MAILS = (
    'qiao manage shell -c "from qiao.core.models import Mail; '
    "print(*Mail.objects.filter(state='failed').values_list('address', 'problem'))\""
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what it is, and what to do when it is not."""

    ok: bool
    what: str
    remedy: str = ""


def findings() -> list[Finding]:
    """Everything that was looked at. What reads tables is left out where there is no database, or one of another version."""
    found = [_database()]
    if found[-1].ok:
        found.append(_migrations())
    checks: list[Callable[[], Finding]] = [_mail_server, _secret_address, _proxy, _open_doors, _time_zones, _fonts]
    if found[-1].ok:
        checks = [_cache, _administrator, *_worker_checks(), _failed_mails, _embedder, *checks]
    return [*found, *(check() for check in checks)]


def _database() -> Finding:
    what = _("The database can be reached.")
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding(
            False, _("The database cannot be reached: %(error)s") % {"error": error}, _("Check DATABASE_URL.")
        )
    return Finding(True, what)


def _migrations() -> Finding:
    if is_newer():
        return Finding(
            False,
            _("The database is newer than the program."),
            _("Install the newer version again, or restore the backup that was made before it."),
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return Finding(False, _("The database is older than the program."), _("Run: qiao manage migrate"))
    return Finding(True, _("The database fits the program."))


def _cache() -> Finding:
    try:
        cache.set("doctor", "well", 10)
        well = cache.get("doctor") == "well"
    except DatabaseError:
        well = False
    if well:
        return Finding(True, _("The limits on sign-in attempts hold for all processes."))
    return Finding(
        False, _("The table that counts sign-in attempts is missing."), _("Run: qiao manage createcachetable")
    )


def _administrator() -> Finding:
    if Role.objects.filter(kind=Role.Kind.ADMIN, user__is_active=True).exists() or settings.DEMO:
        return Finding(True, _("Somebody administers the installation."))
    return Finding(
        False,
        _("Nobody administers the installation."),
        _("Run: qiao manage appoint_administrator ADDRESS, and open the link that it prints."),
    )


def _worker_checks() -> Iterator[Callable[[], Finding]]:
    for queue in QUEUES:
        yield partial(_worker, queue)


def _worker(queue: str) -> Finding:
    alive = Worker.objects.filter(queue=queue, seen_at__gte=timezone.now() - SILENCE).exists()
    if alive:
        return Finding(True, _("Background work is done (queue “%(queue)s”).") % {"queue": queue})
    return Finding(
        False,
        _("Nobody does the background work (queue “%(queue)s”): no mails, no plans.") % {"queue": queue},
        _("Start: qiao work"),
    )


def _failed_mails() -> Finding:
    since = timezone.now() - timedelta(days=7)
    count = Mail.objects.filter(state=Mail.State.FAILED, created__gte=since).count()
    if count:
        return Finding(
            False,
            _("Mails of the last seven days that could not be sent: %(count)s.") % {"count": count},
            _("Look at the reasons: %(command)s") % {"command": FAILED_MAILS},
        )
    return Finding(True, _("No mail of the last seven days was given up."))


def _embedder() -> Finding:
    """Named by word only: it belongs to a later stage."""
    look: Callable[[], Finding] = import_string("qiao.directory.embedder_status.look")
    return look()


def _mail_server() -> Finding:
    if settings.EMAIL_BACKEND == "qiao.core.mail.FileBackend":
        if settings.DEMO:
            return Finding(True, _("Mails are written as files, as a demo should."))
        return Finding(False, _("Mails are written as files and reach nobody."), _("Set EMAIL_URL and QIAO_MAIL_FROM."))
    server = get_connection()
    try:
        server.open()
        server.close()
    except OSError as error:  # smtplib's errors are OSErrors
        text = _("The mail server does not answer: %(error)s") % {"error": error}
        return Finding(False, text, _("Check EMAIL_URL."))
    return Finding(True, _("The mail server answers."))


def _secret_address() -> Finding:
    if settings.SECURE or settings.DEMO:
        return Finding(True, _("Links in mails lead to %(url)s.") % {"url": settings.PUBLIC_URL})
    return Finding(
        False,
        _("Links in mails lead to %(url)s, without encryption.") % {"url": settings.PUBLIC_URL},
        _("Set QIAO_URL to the https:// address of this installation."),
    )


def _proxy() -> Finding:
    if settings.SECURE and not settings.PROXY:
        return Finding(
            False,
            _("QIAO_URL is encrypted, but no proxy is named: browsers would be sent in a circle."),
            _("Let a web server in front do the encryption, and set QIAO_PROXY=1."),
        )
    return Finding(True, _("Encryption is where it is expected."))


def _open_doors() -> Finding:
    """Demo switches over data that no demo made: everybody would read all mails, sign-in codes as well."""
    if settings.DEMO and not (settings.HOME / "demo.json").exists():
        return Finding(
            False,
            _("The demo is switched on over real data: everybody can read all mails."),
            _("Set QIAO_DEMO=0."),
        )
    return Finding(True, _("Nobody gets in without signing in."))


def _time_zones() -> Finding:
    instant = datetime(2026, 7, 1, 12, tzinfo=UTC)
    try:
        offsets = [instant.astimezone(ZoneInfo(name)).utcoffset() for name in ("Europe/Berlin", "Asia/Shanghai")]
    except OSError:
        offsets = []
    if offsets == [timedelta(hours=2), timedelta(hours=8)]:
        return Finding(True, _("Time zones are known."))
    return Finding(False, _("The time zone data are missing or wrong."), _("Install the package tzdata."))


def _fonts() -> Finding:
    if find_spec("noto_cjk_sans_otc"):
        return Finding(True, _("PDF files show German and Chinese."))
    return Finding(
        False, _("The font for Chinese in PDF files is missing."), _("Install the package noto-cjk-sans-otc.")
    )
