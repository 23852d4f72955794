"""Who may do what: the whole policy of the site as one table."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; a membership gives it in one consultation, one country, or everywhere."""

    RESPONDENT = "respondent"
    MODERATOR = "moderator"
    ANALYST = "analyst"
    CONTACT_POINT = "contact_point"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that can be allowed."""

    MODERATE = "moderate"
    ENTER_COMMENTS = "enter_comments"
    EXPORT_COMMENTS = "export_comments"
    MANAGE_CONSULTATIONS = "manage_consultations"
    MANAGE_PEOPLE = "manage_people"
    READ_ACTIVITY = "read_activity"
    RUN_WORKSHOPS = "run_workshops"
    SEND_NEWSLETTERS = "send_newsletters"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.RESPONDENT: frozenset(),
    Role.MODERATOR: frozenset({Permission.MODERATE}),
    Role.ANALYST: frozenset({Permission.EXPORT_COMMENTS}),
    Role.CONTACT_POINT: frozenset(
        {
            Permission.MODERATE,
            Permission.ENTER_COMMENTS,
            Permission.EXPORT_COMMENTS,
            Permission.RUN_WORKSHOPS,
        }
    ),
    Role.EDITOR: frozenset(
        {
            Permission.MANAGE_CONSULTATIONS,
            Permission.ENTER_COMMENTS,
            Permission.RUN_WORKSHOPS,
            Permission.SEND_NEWSLETTERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_CONSULTATIONS,
            Permission.MANAGE_PEOPLE,
            Permission.EXPORT_COMMENTS,
            Permission.READ_ACTIVITY,
        }
    ),
    Role.AUDITOR: frozenset({Permission.READ_ACTIVITY}),
}
