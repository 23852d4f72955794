"""Letters to respondents, as an SMTP server receives them: in their language, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.header import decode_header
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import func, select

from app.jobs import run_due_jobs
from app.models.activity import Job
from app.models.base import db, transaction
from app.models.comment import Capacity, Comment, CommentRevision, State, Submission
from app.models.consultation import Consultation, Extension, ModerationPolicy, WhoMayComment
from app.models.moderation import Answer, Appeal, AppealOutcome, Decision, Disposition, Reason
from app.models.roles import Role
from app.services.activity import enqueue
from app.services.comments.receipts import secret_of
from app.services.comments.supporting import ask_for_support_letter
from app.services.errors import NotFoundError
from app.services.moderation.moderating import decide
from app.services.subscriptions import notifying
from app.services.subscriptions.notifying import CHOICE_OF_LETTER, Choice, choose_letters, write_to_all
from tests.builders import a_comment, a_consultation, a_draft, a_person, paragraphs_of
from tests.conftest import NOON, SECRET
from tests.postbox import Postbox

pytestmark = pytest.mark.usefixtures("carrier")

LANGUAGES = ("en", "lv", "nb", "fr")
TITLES = {
    "en": "Declaration on “trying”",
    "lv": "Deklarācija par mēģināšanu – šķēršļi",
    "nb": "Erklæring om å prøve på nytt",
    "fr": "Déclaration sur l’essai à l’œuvre",
}


def a_sent_comment(*, language: str = "en", rules: dict[str, Any] | None = None, **changes: Any) -> Comment:
    version = a_draft(a_consultation(titles=TITLES, **(rules or {})))
    usual: dict[str, Any] = {"email": "ilze@example.org", "language": language, "state": State.PUBLISHED}
    return a_comment(version, paragraphs_of(version)[0], **{**usual, **changes})


def written(postbox: Postbox, letter: str, comment: Comment | None, **facts: Any) -> EmailMessage:
    """The one letter that arrives."""
    with transaction():
        enqueue(
            "letter", {"letter": letter, **({"comment_id": comment.id} if comment else {}), **facts}, at=NOON
        )
    run_due_jobs(NOON)
    assert not db.session.scalars(select(Job.error).where(Job.error != "")).all()
    [message] = postbox.received
    return message


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def kept(row: Any) -> Any:
    with transaction():
        db.session.add(row)
    return row


def facts_for(letter: str, comment: Comment) -> dict[str, int]:
    """What the letter tells of, in the record."""
    if letter == "extended":
        consultation = comment.consultation
        extension = Extension(
            consultation_id=consultation.id,
            old_closes_at=consultation.closes_at,
            new_closes_at=consultation.closes_at + timedelta(days=7),
            reasons=dict.fromkeys(LANGUAGES, "More time was asked for."),
            extended_at=NOON,
        )
        return {"extension_id": kept(extension).id}
    if letter == "answered":
        said = {"source": "We name the body.", "html": "", "plain": "", "language": "en"}
        row = Disposition(comment_id=comment.id, answer=Answer.IN_PART, published_at=NOON, **said)
        return {"disposition_id": kept(row).id}
    if letter == "correction_decided":
        return {"revision_id": a_revision(comment, is_approved=True).id}
    states = {"from_state": State.WAITING, "to_state": State.REJECTED, "reason": Reason.OFF_TOPIC}
    decision = kept(Decision(comment_id=comment.id, decided_at=NOON, note="Look at 2.", **states))
    if letter == "appeal_decided":
        appeal = Appeal(comment_id=comment.id, decision_id=decision.id, words="No!", made_at=NOON)
        appeal.outcome, appeal.note = AppealOutcome.UPHELD, "Read twice."
        return {"appeal_id": kept(appeal).id}
    return {"decision_id": decision.id}


def a_revision(comment: Comment, *, is_approved: bool) -> CommentRevision:
    said = {"source": "Say who pays, and when.", "html": "", "plain": ""}
    revision = CommentRevision(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        number=1,
        kind="other",
        leaf=99,
        leaf_digest="0" * 64,
        received_at=NOON,
        decided_at=NOON,
        is_approved=is_approved,
        **said,
    )
    row: CommentRevision = kept(revision)
    return row


# ---------------------------------------------------------------- every letter, in every language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["receipt", "confirm_submission", *CHOICE_OF_LETTER])
def test_a_letter_arrives_in_the_respondent_s_language(postbox: Postbox, letter: str, language: str) -> None:
    comment = a_sent_comment(language=language)
    is_on_all = letter in {"receipt", "confirm_submission", "extended", "outcome_published"}
    facts = (
        {} if letter in {"receipt", "confirm_submission", "outcome_published"} else facts_for(letter, comment)
    )
    if is_on_all:
        facts["submission_id"] = comment.submission_id
    message = written(postbox, letter, None if is_on_all else comment, **facts)
    assert message["To"] == "ilze@example.org"
    text = text_of(message)
    assert TITLES[language] in text
    assert f"http://localhost/{language}/" in text
    number = comment.submission.number
    has_title = letter in {"extended", "outcome_published"}
    assert (TITLES[language] if has_title else number) in str(message["Subject"])
    assert "\n\n\n" not in text
    assert "None" not in text
    assert "%(" not in text


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_subject_with_letters_beyond_ascii_is_encoded_in_the_header(
    postbox: Postbox, language: str
) -> None:
    comment = a_sent_comment(language=language)
    message = written(postbox, "outcome_published", None, submission_id=comment.submission_id)
    raw = message.as_bytes().partition(b"\n\n")[0]
    raw.decode("ascii")
    unfolded = raw.decode("ascii").replace("\r\n", "\n").replace("\n ", " ")
    [subject] = [line for line in unfolded.split("\n") if line.startswith("Subject:")]
    parts = decode_header(subject.removeprefix("Subject:").strip())
    said = "".join(part if isinstance(part, str) else part.decode(code or "ascii") for part, code in parts)
    assert TITLES[language] in said


@pytest.mark.parametrize("title", ["One\r\nBcc: all@example.org", "One\nBcc: all@example.org\n\nBody"])
def test_a_title_can_smuggle_in_no_header(postbox: Postbox, title: str) -> None:
    comment = a_sent_comment()
    with transaction():
        db.session.get_one(Consultation, comment.consultation_id).titles = {"en": title}
    message = written(postbox, "outcome_published", None, submission_id=comment.submission_id)
    assert message["Bcc"] is None
    assert message["To"] == "ilze@example.org"


# ---------------------------------------------------------------- what each letter says


def test_the_receipt_lists_the_places_of_many_comments_but_no_words_that_nobody_has_read(
    postbox: Postbox,
) -> None:
    comment = a_sent_comment(state=State.WAITING, body="Buy carpets at carpets.example")
    more = a_comment(comment.version, body="And rugs")
    with transaction():
        db.session.get_one(Comment, more.id).submission_id = comment.submission_id
    message = written(postbox, "receipt", None, submission_id=comment.submission_id)
    text = text_of(message)
    assert "We have received your 2 comments" in str(message["Subject"])
    assert "– 1 “Everybody may try new ways.”\n– The whole draft" in text
    assert "A moderator reads them before they are published." in text
    assert "arpets" not in text
    assert "letters?" not in text  # the receipt itself cannot be switched off


def test_a_comment_that_waits_for_its_address_says_so_and_has_the_link(postbox: Postbox) -> None:
    rules = {"who_may_comment": WhoMayComment.CONFIRMED_EMAIL, "moderation": ModerationPolicy.AFTER}
    comment = a_sent_comment(state=State.WAITING, rules=rules)
    text = text_of(written(postbox, "receipt", None, submission_id=comment.submission_id))
    assert "Your comment is kept and waits until you confirm your e-mail address." in text
    assert f"http://localhost/en/receipts/{comment.submission.number}/confirm?token=" in text
    assert "If you have sent nothing, do nothing" in text
    assert "moderator" not in text


def test_an_organisation_is_told_what_confirming_is_good_for(postbox: Postbox) -> None:
    organisation: dict[str, Any] = {"capacity": Capacity.ORGANISATION, "organisation": "Rīgas skolas"}
    comment = a_sent_comment(**organisation)
    text = text_of(written(postbox, "receipt", None, submission_id=comment.submission_id))
    assert "then the name of your organisation is shown as confirmed" in text
    assert "/confirm?token=" in text


def test_who_has_confirmed_is_not_asked_to(postbox: Postbox) -> None:
    comment = a_sent_comment(email_confirmed_at=NOON)
    text = text_of(written(postbox, "receipt", None, submission_id=comment.submission_id))
    assert "confirm" not in text.lower()


@pytest.mark.parametrize(
    ("letter", "sayings"),
    [
        (
            "comment_published",
            ["is published. Thank you", "1 “Everybody may try new ways.”", "pays for it.", "/p2#c-1"],
        ),
        ("comment_rejected", ["reason: It is not about this draft.", "Look at 2.", "Say who pays for it."]),
        ("correction_decided", ["Your corrected comment", "Say who pays, and when."]),
        ("appeal_decided", ["decided not to publish it either", "Read twice."]),
        ("answered", ["Their answer: Accepted in part.", "We name the body.", "/p2#c-1"]),
    ],
)
def test_a_letter_says_what_happened_to_which_comment(
    postbox: Postbox, letter: str, sayings: list[str]
) -> None:
    comment = a_sent_comment()
    text = text_of(written(postbox, letter, comment, **facts_for(letter, comment)))
    for saying in sayings:
        assert saying in text
    number = comment.submission.number
    assert f"/en/receipts/{number}?secret={secret_of(number, SECRET)}" in text
    assert f"/en/receipts/{number}/letters?secret={secret_of(number, SECRET)}" in text


def test_a_correction_that_was_not_approved_says_that_the_former_text_stays(postbox: Postbox) -> None:
    comment = a_sent_comment()
    revision = a_revision(comment, is_approved=False)
    message = written(postbox, "correction_decided", comment, revision_id=revision.id)
    assert "not published" in str(message["Subject"])
    assert "What you wrote before stays as it was." in text_of(message)


def test_an_extension_says_from_when_to_when_and_why(postbox: Postbox) -> None:
    comment = a_sent_comment()
    facts = {**facts_for("extended", comment), "submission_id": comment.submission_id}
    text = text_of(written(postbox, "extended", None, **facts))
    assert "It was to close: Friday 22 February 2030, 13:00 Paris time\n" in text
    assert "It closes now: Friday 1 March 2030, 13:00 Paris time\n" in text
    assert "The reason:\n\nMore time was asked for.\n" in text


@pytest.mark.parametrize(
    ("language", "received"),
    [
        ("en", "Sunday 10 February 2030, 13:00:00 Paris time"),
        ("nb", "søndag 10. februar 2030, 13:00:00"),
        ("fr", "dimanche 10 février 2030, 13:00:00"),
    ],
)
def test_a_receipt_tells_its_instant_as_the_site_does(postbox: Postbox, language: str, received: str) -> None:
    comment = a_sent_comment(language=language)
    assert received in text_of(written(postbox, "receipt", None, submission_id=comment.submission_id))


def test_a_supporter_gets_a_link_and_nobody_s_words_and_the_address_is_forgotten(postbox: Postbox) -> None:
    comment = a_sent_comment(body="Buy carpets")
    ask_for_support_letter(comment, "ola@example.org", "nb", at=NOON)
    run_due_jobs(NOON)
    [message] = postbox.received
    text = text_of(message)
    assert message["To"] == "ola@example.org"
    assert (
        f"/nb/consultations/{comment.consultation.slug}/comments/{comment.id}/support/confirm?token=" in text
    )
    assert "carpets" not in text
    [job] = db.session.scalars(select(Job).execution_options(populate_existing=True))
    assert "email" not in job.payload


# ---------------------------------------------------------------- who gets none


@pytest.mark.parametrize("letter", list(CHOICE_OF_LETTER))
def test_a_letter_that_is_switched_off_is_not_sent_even_if_it_was_wanted_when_it_was_due(
    postbox: Postbox, letter: str
) -> None:
    comment = a_sent_comment()
    others = set(Choice) - {CHOICE_OF_LETTER[letter]}
    facts = {"letter": letter, "comment_id": comment.id, **facts_for(letter, comment)}
    with transaction():
        enqueue("letter", facts, at=NOON)
    number = comment.submission.number
    choose_letters(number, secret_of(number, SECRET), others, at=NOON)
    run_due_jobs(NOON)
    assert postbox.received == []


def test_the_receipt_comes_even_to_whoever_wants_no_letters(postbox: Postbox) -> None:
    comment = a_sent_comment(letters_off=[str(choice) for choice in Choice])
    written(postbox, "receipt", None, submission_id=comment.submission_id)


def test_of_an_erased_comment_no_letter_tells(postbox: Postbox) -> None:
    comment = a_sent_comment(state=State.ERASED)
    with transaction():
        enqueue("letter", {"letter": "comment_published", "comment_id": comment.id}, at=NOON)
    run_due_jobs(NOON)
    assert postbox.received == []


def test_a_decision_on_a_comment_reaches_its_author(postbox: Postbox, at: datetime) -> None:
    comment = a_sent_comment(state=State.WAITING)
    decide(comment.id, State.PUBLISHED, expected_changes=0, by=a_person(Role.MODERATOR), at=at)
    run_due_jobs(at)
    assert [message["To"] for message in postbox.received] == ["ilze@example.org"]


def test_everybody_is_written_to_once_for_each_address_in_batches(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "LETTERS_AT_ONCE", 2)
    first = a_sent_comment(email="a@example.org")
    for email in ("b@example.org", "", "A@example.org", "c@example.org", "d@example.org"):
        a_comment(first.version, email=email)
    a_sent_comment(email="elsewhere@example.org")
    with transaction():
        write_to_all("outcome_published", first.consultation_id, at=NOON)
    while run_due_jobs(NOON):
        pass
    assert sorted(str(message["To"]).lower() for message in postbox.received) == [
        f"{letter}@example.org" for letter in "abcd"
    ]
    assert db.session.scalar(select(func.count(Job.id)).where(Job.done_at.is_(None))) == 0


def test_choosing_letters_needs_the_secret() -> None:
    comment = a_sent_comment()
    number = comment.submission.number
    choose_letters(number, secret_of(number, SECRET), {Choice.OUTCOME}, at=NOON)
    submission = db.session.get_one(Submission, comment.submission_id, populate_existing=True)
    assert set(submission.letters_off) == set(Choice) - {Choice.OUTCOME}
    with pytest.raises(NotFoundError):
        choose_letters(number, "wrong", {Choice.OUTCOME}, at=NOON)
