"""Advice cases: what an office does for one client, step by step. Confidential: for the offices that work on it alone.

The client reads what is marked for it, once an adviser has opened the case to it (office.client_queries).
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import Office, User, public_key
from qiao.directory.models import Organisation, Person
from qiao.directory.values import detect_language
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation

__all__ = ["AdviceCase", "CaseDocument", "CaseEntry", "CaseTask"]


class AdviceCase(models.Model):
    """One client's matter. The client is an organisation of the directory, or just a name until it is one."""

    class Kind(models.TextChoices):
        MARKET = "market", _("market entry")
        PARTNERS = "partners", _("search for partners")
        FUNDING = "funding", _("funding")
        LAW = "law", _("law and contracts")
        VISAS = "visas", _("visas and travel")
        IP = "ip", _("intellectual property")
        CULTURE = "culture", _("culture and exchange")
        OTHER = "other", _("something else")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases")  # that works on it now
    adviser = models.ForeignKey(User, models.SET_NULL, null=True, related_name="cases")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    client = models.CharField(max_length=250, blank=True)  # its name while it is not in the directory
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")  # who speaks for it
    kind = models.CharField(max_length=8, choices=Kind)
    topic = models.CharField(max_length=200)
    introductions = models.ManyToManyField(Introduction, blank=True, related_name="cases")
    cooperations = models.ManyToManyField(Cooperation, blank=True, related_name="cases")
    shared = models.BooleanField(default=False)  # the client may read what is marked for it
    next_step = models.CharField(max_length=300, blank=True)  # for the client
    opened = models.DateField(default=timezone.localdate)
    closed = models.DateField(null=True, blank=True)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]

    def __str__(self) -> str:
        return f"case {self.key}"

    @property
    def topic_language(self) -> str:
        return detect_language(self.topic)

    @property
    def next_step_language(self) -> str:
        return detect_language(self.next_step)


class CaseTask(models.Model):
    """Something to do. Those of the standard course have a code and are said in each reader's language."""

    case = models.ForeignKey(AdviceCase, models.CASCADE, related_name="tasks")
    code = models.CharField(max_length=20, blank=True)  # of office.courses
    title = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    for_client = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = [models.F("done").asc(nulls_first=True), models.F("due").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return f"task {self.pk} of case {self.case_id}"

    @property
    def title_language(self) -> str:
        return detect_language(self.title)

    def is_overdue(self, today: date) -> bool:
        return self.done is None and self.due is not None and self.due < today


class CaseDocument(models.Model):
    """A PDF that belongs to a case; its bytes lie in the folder of core.files."""

    case = models.ForeignKey(AdviceCase, models.CASCADE, related_name="documents")
    title = models.CharField(max_length=150)
    name = models.CharField(max_length=50)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()  # bytes
    for_client = models.BooleanField(default=False)
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-added", "-pk"]

    def __str__(self) -> str:
        return f"document {self.pk} of case {self.case_id}"

    @property
    def title_language(self) -> str:
        return detect_language(self.title)


class CaseEntry(models.Model):
    """One line of a case's history: what was said or done, and how long it took."""

    class Kind(models.TextChoices):
        NOTE = "note", pgettext_lazy("a record", "note")
        CALL = "call", _("phone call")
        CHAT = "chat", _("chat")
        MAIL = "mail", pgettext_lazy("a record", "e-mail")
        MEETING = "meeting", _("conversation")
        HANDOVER = "handover", _("handed over")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("opened again")

    case = models.ForeignKey(AdviceCase, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    text = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(default=timezone.localdate)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"

    @property
    def text_language(self) -> str:
        return detect_language(self.text)
