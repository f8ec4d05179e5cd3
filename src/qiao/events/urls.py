"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.events.views import importing, invitations, questions, reviewing, setup, taking_part

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", taking_part.events, name="events"),
    path("events/new/", setup.event_new, name="event-new"),
    path("events/<slug:slug>/", taking_part.event, name="event"),
    path("events/<slug:slug>/phase/", taking_part.event_phase, name="event-phase"),
    path("events/<slug:slug>/join/", taking_part.event_join, name="event-join"),
    path("events/<slug:slug>/answers/", taking_part.event_answers, name="event-answers"),
    path("events/<slug:slug>/participants/", taking_part.participants, name="participants"),
    path(
        "events/<slug:slug>/participants/participants.xlsx", taking_part.participants_table, name="participants-table"
    ),
    path("events/<slug:slug>/participants/import/", importing.participants_import, name="participants-import"),
    path(
        "events/<slug:slug>/participants/import/template.csv",
        importing.participants_template,
        name="participants-template",
    ),
    path("events/<slug:slug>/participants/<slug:key>/", setup.participant, name="participant"),
    path("events/<slug:slug>/setup/", setup.event_setup, name="event-setup"),
    path("events/<slug:slug>/setup/facts/", setup.event_facts, name="event-facts"),
    path("events/<slug:slug>/setup/phases/", setup.event_phases, name="event-phases"),
    path("events/<slug:slug>/setup/questions/", questions.questions, name="questions"),
    path("events/<slug:slug>/setup/questions/new/", questions.question_new, name="question-new"),
    path("events/<slug:slug>/setup/questions/<slug:key>/", questions.question_edit, name="question-edit"),
    path("events/<slug:slug>/setup/questions/<slug:key>/move/", questions.question_move, name="question-move"),
    path("events/<slug:slug>/setup/questions/<slug:key>/remove/", questions.question_remove, name="question-remove"),
    path("events/<slug:slug>/setup/questions/<slug:key>/restore/", questions.question_restore, name="question-restore"),
    path("events/<slug:slug>/setup/types/new/", questions.type_new, name="type-new"),
    path("events/<slug:slug>/setup/types/<int:pk>/", questions.type_edit, name="type-edit"),
    path("events/<slug:slug>/setup/types/<int:pk>/remove/", questions.type_remove, name="type-remove"),
    path("events/<slug:slug>/setup/blocks/new/", setup.block_new, name="block-new"),
    path("events/<slug:slug>/setup/blocks/<int:pk>/", setup.block_edit, name="block-edit"),
    path("events/<slug:slug>/setup/blocks/<int:pk>/remove/", setup.block_remove, name="block-remove"),
    path("events/<slug:slug>/setup/tables/", setup.event_tables, name="event-tables"),
    path("events/<slug:slug>/setup/interpreters/new/", setup.interpreter_new, name="interpreter-new"),
    path("events/<slug:slug>/setup/interpreters/<int:pk>/", setup.interpreter_edit, name="interpreter-edit"),
    path("events/<slug:slug>/setup/interpreters/<int:pk>/remove/", setup.interpreter_remove, name="interpreter-remove"),
    path("events/<slug:slug>/setup/programme/new/", setup.programme_new, name="programme-new"),
    path("events/<slug:slug>/setup/programme/<int:pk>/", setup.programme_edit, name="programme-edit"),
    path("events/<slug:slug>/setup/programme/<int:pk>/remove/", setup.programme_remove, name="programme-remove"),
    path("events/<slug:slug>/setup/organisers/", setup.organiser_appoint, name="organiser-appoint"),
    path("events/<slug:slug>/setup/organisers/<slug:key>/remove/", setup.organiser_dismiss, name="organiser-dismiss"),
    path("events/<slug:slug>/setup/invitations/", invitations.invitations, name="invitations"),
    path("events/<slug:slug>/setup/invitations/<slug:key>/", invitations.invitation, name="invitation"),
    path("events/<slug:slug>/setup/invitations/<slug:key>/poster.pdf", invitations.poster, name="invitation-poster"),
    path("events/<slug:slug>/setup/invitations/<slug:key>/end/", invitations.invitation_end, name="invitation-end"),
    path("invited/<slug:key>/", invitations.invited, name="invited"),
    path("invited/<slug:key>/register/", invitations.invited_register, name="invited-register"),
    path("organisations/<slug:key>/review/", reviewing.review, name="organisation-review"),
    path("delegations/<slug:slug>/", taking_part.delegation, name="delegation"),
]
