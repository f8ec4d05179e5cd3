import django.db.models.deletion
from django.db import migrations, models


def _at_once(schema_editor):
    """PostgreSQL alters no table while checks of its foreign keys are still due in this transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def fill(apps, schema_editor):
    """Until now every delegation was one to an event, and every member a participant there."""
    for one in apps.get_model("qiao", "Delegation").objects.select_related("event"):
        one.city, one.country, one.time_zone = one.event.city, one.event.country, one.event.time_zone
        one.starts, one.ends = one.event.starts, one.event.ends
        one.save()
    for row in apps.get_model("qiao", "DelegationMember").objects.select_related("participation"):
        row.person_id, row.organisation_id = row.participation.person_id, row.participation.organisation_id
        row.save()
    _at_once(schema_editor)


def empty(apps, schema_editor):
    """What the earlier version cannot hold goes: delegations to elsewhere, and members who take part in nothing."""
    apps.get_model("qiao", "ProgrammeItem").objects.filter(event=None).delete()
    apps.get_model("qiao", "Delegation").objects.filter(event=None).delete()
    found = apps.get_model("qiao", "Participation").objects
    for row in apps.get_model("qiao", "DelegationMember").objects.select_related("delegation"):
        own = found.filter(event_id=row.delegation.event_id, person_id=row.person_id).first()
        if own is None:
            row.delete()
        else:
            row.participation = own
            row.save()
    _at_once(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("qiao", "0044_news"),
    ]

    operations = [
        migrations.AlterModelOptions(name="delegation", options={"ordering": ["-starts", "pk"]}),
        migrations.AlterField(
            model_name="delegation",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delegations",
                to="qiao.event",
            ),
        ),
        migrations.AddField("delegation", "occasions", models.JSONField(blank=True, default=dict)),
        migrations.AddField("delegation", "city", models.CharField(max_length=100, default=""), preserve_default=False),
        migrations.AddField("delegation", "country", models.CharField(max_length=2, default=""), preserve_default=False),
        migrations.AddField(
            "delegation", "time_zone", models.CharField(max_length=50, default="UTC"), preserve_default=False
        ),
        migrations.AddField("delegation", "starts", models.DateField(null=True)),
        migrations.AddField("delegation", "ends", models.DateField(null=True)),
        migrations.AddField("delegation", "is_announced", models.BooleanField(default=False)),
        migrations.AddField("delegation", "etiquette", models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            "delegationmember",
            "person",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delegation_memberships",
                to="qiao.person",
            ),
        ),
        migrations.AddField(
            "delegationmember",
            "organisation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delegation_members",
                to="qiao.organisation",
            ),
        ),
        migrations.AddField(
            "delegationmember",
            "field",
            models.CharField(
                choices=[
                    ("business", "business"),
                    ("science", "science"),
                    ("culture", "culture"),
                    ("politics", "politics and administration"),
                ],
                default="business",
                max_length=8,
            ),
        ),
        migrations.AddField("delegationmember", "function", models.CharField(blank=True, max_length=200)),
        migrations.RemoveConstraint("delegationmember", "delegation_member_once"),
        migrations.AlterField(
            "delegationmember",
            "participation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="qiao.participation",
            ),
        ),
        migrations.AlterField(
            model_name="programmeitem",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="programme",
                to="qiao.event",
            ),
        ),
        migrations.RunPython(fill, empty),
        migrations.AlterField("delegation", "starts", models.DateField()),
        migrations.AlterField("delegation", "ends", models.DateField()),
        migrations.AlterField(
            "delegationmember",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="delegation_memberships", to="qiao.person"
            ),
        ),
        migrations.AlterField(
            "delegationmember",
            "organisation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="delegation_members", to="qiao.organisation"
            ),
        ),
        migrations.RemoveField("delegationmember", "participation"),
        migrations.AddConstraint(
            "delegation",
            models.CheckConstraint(
                condition=models.Q(("ends__gte", models.F("starts"))), name="delegation_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            "delegationmember",
            models.UniqueConstraint(fields=("delegation", "person"), name="delegation_person_once"),
        ),
        migrations.AddField(
            "programmeitem",
            "kind",
            models.CharField(
                choices=[
                    ("travel", "travel"),
                    ("visit", "company visit"),
                    ("reception", "reception"),
                    ("official", "official talk"),
                    ("other", "other"),
                ],
                default="other",
                max_length=9,
            ),
        ),
        migrations.AddField("programmeitem", "is_for_some", models.BooleanField(default=False)),
        migrations.AddField(
            "programmeitem",
            "members",
            models.ManyToManyField(blank=True, related_name="programme", to="qiao.delegationmember"),
        ),
        migrations.AddConstraint(
            "programmeitem",
            models.CheckConstraint(
                condition=models.Q(("event__isnull", False), ("delegation__isnull", False), _connector="OR"),
                name="programme_of_somebody",
            ),
        ),
    ]
