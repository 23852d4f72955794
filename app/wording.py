"""The words for kinds, states, capacities and reasons: the one place, in the page's language when shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import name_of_language
from app.models.comment import Capacity, Channel, Kind, Meeting, OrganisationKind, State
from app.models.draft import ParagraphKind
from app.models.moderation import Answer, Reason
from app.models.subscription import DeliveryState, Topic
from app.models.workshop import RegistrationState

KINDS: dict[str, Any] = {
    Kind.CLARITY: _l("Clarity"),
    Kind.WORDING: _l("Wording"),
    Kind.TERMINOLOGY: _l("Terminology"),
    Kind.ACTION: _l("Action"),
    Kind.IMPLICATION: _l("Implication"),
    Kind.SUPPORT: _l("Support"),
    Kind.OBJECTION: _l("Objection"),
    Kind.OTHER: _l("Other"),
}

PARAGRAPH_KINDS: dict[str, Any] = {
    ParagraphKind.HEADING: _l("Heading"),
    ParagraphKind.PARAGRAPH: _l("Paragraph"),
    ParagraphKind.ITEM: _l("Item"),
    ParagraphKind.ROW: _l("Row of a table"),
}

STATES: dict[str, Any] = {
    State.WAITING: _l("Waiting"),
    State.PUBLISHED: _l("Published"),
    State.REJECTED: _l("Rejected"),
    State.SPAM: _l("Spam"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.ERASED: _l("Erased"),
}

CAPACITIES: dict[str, Any] = {
    Capacity.INDIVIDUAL: _l("As an individual"),
    Capacity.ORGANISATION: _l("On behalf of an organisation"),
    Capacity.GROUP: _l("On behalf of a group"),
}

ORGANISATION_KINDS: dict[str, Any] = {
    OrganisationKind.PUBLIC_BODY: _l("Public body"),
    OrganisationKind.ASSOCIATION: _l("Association or foundation"),
    OrganisationKind.BUSINESS: _l("Business"),
    OrganisationKind.TRADE_UNION: _l("Trade union"),
    OrganisationKind.RESEARCH: _l("Research or education"),
    OrganisationKind.OTHER: _l("Another organisation"),
}

# Beside an organisation's name.
KINDS_BESIDE_A_NAME: dict[str, Any] = {
    OrganisationKind.PUBLIC_BODY: _l("public body"),
    OrganisationKind.ASSOCIATION: _l("association or foundation"),
    OrganisationKind.BUSINESS: _l("business"),
    OrganisationKind.TRADE_UNION: _l("trade union"),
    OrganisationKind.RESEARCH: _l("research or education"),
}

MEETINGS: dict[str, Any] = {
    Meeting.WORKSHOP: _l("At a workshop"),
    Meeting.MEETING: _l("At a meeting"),
    Meeting.CLASS: _l("As a class"),
    Meeting.ONLINE: _l("Online"),
    Meeting.OTHER: _l("In another way"),
}

REASONS: dict[str, Any] = {
    Reason.OFF_TOPIC: _l("It is not about this draft"),
    Reason.PERSONAL_DATA: _l("It contains somebody’s personal data"),
    Reason.INSULT: _l("It insults somebody"),
    Reason.HATE: _l("It stirs up hatred"),
    Reason.ADVERTISING: _l("It advertises something"),
    Reason.DUPLICATE: _l("It has already been sent"),
    Reason.NOT_A_COMMENT: _l("It does not say anything about the draft"),
}

ANSWERS: dict[str, Any] = {
    Answer.ACCEPTED: _l("Accepted"),
    Answer.IN_PART: _l("Accepted in part"),
    Answer.NOT_ACCEPTED: _l("Not accepted"),
    Answer.OUT_OF_SCOPE: _l("Outside the scope of the draft"),
    Answer.NOTED: _l("Noted"),
}


def words_for_reason(reason: str) -> str:
    """The reason in the language of whom it is told to."""
    return str(REASONS[reason])


def in_quotes(words: str) -> str:
    """The words between the quotation marks of the page's language."""
    return str(_("“%(words)s”", words=words))


# What is wrong with a file or text that was to become a draft.
DRAFT_PROBLEMS: dict[str, Any] = {
    "too_large": _l("It is too large. Plain text and Markdown may have 2 MB, other formats 20 MB."),
    "empty": _l("There is nothing in it."),
    "unknown_format": _l("This kind of file cannot be read."),
    "wrong_format": _l(
        "It is not what the ending of its name says. Open it in the programme that it was made with and save "
        "it again."
    ),
    "damaged": _l(
        "It is damaged or incomplete. Open it in the programme that it was made with and save it again."
    ),
    "encrypted": _l("It is protected by a password. Save it without one and try again."),
    "macros": _l("It carries macros. Save it without them, as an ordinary document, and try again."),
    "entities": _l("It refers to other files or defines abbreviations (entities). Save it without."),
    "unpacks_too_large": _l("Unpacked, it would be far larger than a document can be."),
    "scanned": _l(
        "It holds pictures of pages and no text. Have its text recognised (OCR), or bring the document that "
        "it was printed from."
    ),
    "not_text": _l("This is not a text file. Save it as Markdown or plain text and try again."),
    "which_encoding": _l("Its letters can be read in several ways. Choose the one that reads right."),
    "not_utf8": _l("Its letters cannot be read. Save it with the encoding UTF-8 and try again."),
    "too_slow": _l("It takes too long to read. Divide it, or save it in a simpler format, and try again."),
    "too_complex": _l(
        "It takes too much memory to read. Divide it, or save it in a simpler format, and try again."
    ),
    "no_title": _l(
        "It does not begin with a title. Write the title alone on the first line, in Markdown after “# ”."
    ),
    "no_paragraphs": _l("It holds no paragraphs, only headings."),
    "too_many_blocks": _l("It holds more than 5,000 paragraphs."),
    "block_too_long": _l("One paragraph is longer than 20,000 characters. Divide it by empty lines."),
    "too_deep": _l("Its lists or quotations are nested too deeply."),
    "unknown": _l("This is not a language code. Write one like “en” or “pt-BR”."),
    "no_original": _l("There is no original yet. Import the original first, then its translations."),
    "is_original": _l(
        "The original is in this language. Import it as the original, or choose another language."
    ),
    "other_original": _l("The original is in another language. Import this text as a translation."),
    "has_translations": _l("The original has translations. Remove those first."),
    "sealed": _l(
        "The last version is sealed, its translations included. Import the original to begin the next one."
    ),
    "nothing_changed": _l("No text of any language is other than in the version before."),
    "nothing_to_seal": _l("There is no working version to seal. Import the original first."),
    "misaligned": _l("The translation does not have the same paragraphs as the original."),
}

# What an import asks the editor to look at, by its code.
DOUBTS: dict[str, Any] = {
    "tracked_changes": _l(
        "The document had tracked changes: what was inserted is here, what was deleted is not."
    ),
    "left_out": _l("Something that is no text was left out here, like a picture."),
    "guessed_heading": _l("This looked like a heading, but the document does not call it one."),
    "guessed_encoding": _l("The encoding of the letters was guessed. Check the accents."),
    "guessed_break": _l("Where this paragraph begins or ends was guessed."),
    "stray_note": _l("Nothing in the text refers to this note."),
    "close_look": _l("A PDF does not say what its paragraphs are. Check this one closely."),
    "restarted": _l("In the file the numbers of this list run on from the list before. Check them."),
    "odd_number": _l("The file may show another number here. Check it."),
    "struck": _l("Words are struck through here in the file. If they are no longer meant, take them out."),
    "joined": _l("Several paragraphs of the translation were joined here."),
    "holds_next": _l("This seems to hold the next paragraph too. Split it."),
    "guessed_place": _l("It was guessed that this text belongs here."),
    "left_over": _l("No paragraph of the original was found for this text."),
}

# What is wrong with a consultation's settings, by field and problem.
CONSULTATION_PROBLEMS: dict[str, Any] = {
    "slug invalid": _l("Write the address in small letters, digits and single hyphens, like “open-data”."),
    "slug taken": _l("Another consultation has this address. Choose another one."),
    "titles required": _l("Write a title."),
    "titles too_long": _l("Shorten the title to 200 characters."),
    "summaries too_long": _l("Shorten the summary to 5,000 characters."),
    "bodies too_long": _l("Shorten the name of the body to 200 characters."),
    "zone unknown": _l("Choose a time zone from the list, like “Europe/Paris”."),
    "opens_at unreadable": _l("Choose the date and time of opening."),
    "opens_at has_opened": _l("The consultation has opened already. Its opening cannot be moved any more."),
    "closes_at unreadable": _l("Choose the date and time of closing."),
    "closes_at before_opening": _l("Choose a closing that is later than the opening."),
    "closes_at earlier": _l(
        "People were promised more time. Once a consultation is open, its closing cannot be moved earlier."
    ),
    "closes_at extend": _l(
        "The consultation is open. Move its closing later on the page “Extend”, with a reason."
    ),
    "closes_at not_later": _l("Choose a closing that is later than the present one."),
    "closes_at has_closed": _l("The consultation has closed. Its closing cannot be moved any more."),
    "grace_minutes out_of_range": _l("Write a number of minutes from 0 to 1,440, which is a day."),
    "grace_minutes shorter": _l(
        "People were promised more. Once a consultation is open, its grace minutes cannot be fewer."
    ),
    "grace_minutes has_closed": _l(
        "The consultation has closed. Its grace minutes cannot be changed any more."
    ),
    "late_notices too_long": _l("Shorten the words to 5,000 characters."),
    "reasons required": _l("Write the reason in the language of the original."),
    "reasons too_long": _l("Shorten the reason to 2,000 characters."),
    "contact_email invalid": _l("Write the e-mail address of the contact person like name@example.org."),
    "local gap": _l("This time does not exist: the clocks go forward over it that day. Choose another time."),
    "local repeated": _l("This time comes twice: the clocks go back over it that day. Choose another time."),
    "local unreadable": _l("Write a date and a time, like 2030-01-31T09:00."),
}

CHANNELS: dict[str, Any] = {
    Channel.WEB: _l("On this site"),
    Channel.SIGNED_IN: _l("On this site, signed in"),
    Channel.LETTER: _l("By letter"),
    Channel.EMAIL: _l("By e-mail"),
    Channel.WORKSHOP: _l("From a workshop"),
    Channel.OTHER: _l("In another way"),
}

CAPACITIES_OF_OTHERS: dict[str, Any] = {
    Capacity.INDIVIDUAL: _l("For themselves"),
    Capacity.ORGANISATION: _l("On behalf of an organisation"),
    Capacity.GROUP: _l("On behalf of a group"),
}

# How somebody who did not use the site agreed to publication.
CONSENTS: dict[str, Any] = {
    "written": _l("It says so itself: the letter, e-mail or note"),
    "form": _l("On a form that the respondent signed"),
    "minutes": _l("Said at the meeting, and noted in its minutes"),
}

# What is wrong with something that is entered for somebody else, by field and problem, and how to mend it.
INTAKE_PROBLEMS: dict[str, Any] = {
    "received_at required": _l(
        "The date is missing. Write the day on which it was received, like 2030-02-21."
    ),
    "received_at unreadable": _l(
        "This is no date. Write it like 2030-02-21, or with a time 2030-02-21T14:30."
    ),
    "received_at gap": _l("This time does not exist: the clocks go forward over it. Write another time."),
    "received_at repeated": _l(
        "This time comes twice that day. Add the offset from UTC, like 2030-10-27T02:30+02:00."
    ),
    "received_at future": _l("This date is still to come. Write the day on which it was received."),
    "received_at before_opening": _l(
        "This was before the opening. Only what came while the consultation was open can be entered."
    ),
    "received_at after_closing": _l(
        "This was after the closing. Only what is documented to have come before it can be entered."
    ),
    "channel required": _l("Say how it came."),
    "channel unknown": _l("This is none of the ways in which it can have come."),
    "consent required": _l(
        "Say how the respondent agreed to publication. Without consent it cannot be entered."
    ),
    "consent unknown": _l(
        "This does not say how the respondent agreed to publication. Use one of the values."
    ),
    "comments required": _l("There is no comment. Write at least one."),
    "comments too_many": _l("One submission can hold 50 comments. Divide it into several."),
    "body required": _l(
        "There is no comment. Write it, or propose wording, or give an importance from 1 to 5."
    ),
    "body too_long": _l("The comment is too long. Shorten it to 10,000 characters, or divide it into two."),
    "suggestion too_long": _l("The proposed wording is too long. Shorten it to 10,000 characters."),
    "place unknown": _l(
        "No paragraph of that version has this label. Write it as the draft shows it, like 1.b (in a "
        "spreadsheet as text), or leave it empty for the whole draft."
    ),
    "place several": _l("Several paragraphs have this label. Write the paragraph’s key instead, like p12."),
    "place needed": _l(
        "Wording is proposed for a paragraph. Write which one, or move the words to the comment."
    ),
    "version unknown": _l(
        "There is no sealed version of this number. Write another, or nothing for the newest."
    ),
    "version later": _l("This version was sealed later than the date. Correct the version or the date."),
    "name required": _l("The name is missing. This consultation asks for it."),
    "name too_long": _l("The name is too long. Shorten it to 200 characters."),
    "email invalid": _l("This is no e-mail address. It should look like name@example.org, or be left out."),
    "country required": _l("The country is missing. Choose it, or write its two letters, like NO."),
    "country unknown": _l("This is no country. Write its two letters (ISO 3166-1), like NO or LV."),
    "country not_yours": _l(
        "You enter comments for your own country only. Correct the country or take this out."
    ),
    "capacity unknown": _l("This does not say for whom the respondent speaks."),
    "organisation required": _l("The name of the organisation or group is missing. Write it."),
    "organisation too_long": _l("The name is too long. Shorten it to 200 characters."),
    "organisation_kind unknown": _l(
        "This is no kind of organisation. Use one of the values, or leave it empty."
    ),
    "register_number too_long": _l("This number is too long. Shorten it to 60 characters."),
    "group_size required": _l("Write how many people the group has: a number from 2 upwards."),
    "meeting unknown": _l("This is no way of meeting. Correct it or leave it empty."),
    "language unknown": _l("This is no language code. Write one like en or lv."),
    "kind unknown": _l("This is no kind of comment. Correct it or leave it empty."),
    "importance out_of_range": _l("Importance goes from 1 to 5. Correct it or leave it empty."),
    "received_at time_needed": _l("This is the day of the closing. Add the time at which it was received."),
    "file required": _l("After the closing, add a scan or file that shows that it came before."),
    "file empty": _l("The file is empty. Choose another one."),
    "file too_large": _l("The file is larger than 10 MB. Scan it with fewer dots per inch, or in grey."),
    "file unknown": _l(
        "This is no PDF, JPEG, PNG, Word document, saved e-mail or plain text. Save it as one of those."
    ),
    "formula": _l("A formula stands here that was never worked out. Copy it and paste it as a value."),
    "error": _l("The spreadsheet shows an error here. Write the value itself."),
    "not_a_number": _l("A whole number is needed here, in digits like 12."),
    "became_a_date": _l(
        "The spreadsheet made a date of the label. Format the cell as text and write it again."
    ),
    "shortened": _l("The spreadsheet shortened this number. Format the cell as text and write it in full."),
    "differs": _l(
        "Rows with one receipt_group are one submission: this must be as in its first row, or empty."
    ),
    "beyond_columns": _l(
        "Something stands beyond the last column. Put text that holds separators in quotation marks."
    ),
    "unknown_column": _l("There is no column of this name. Use the names of the template, or take it out."),
    "column_twice": _l("This column comes twice. Take one out."),
    "missing_column": _l("This column is missing. Add it; the template has all of them."),
}

# What is wrong with a spreadsheet as a whole, where it is not what is wrong with drafts too.
SHEET_PROBLEMS: dict[str, Any] = {
    "too_large": _l("It is larger than 10 MB. Divide it into several files."),
    "empty": _l("There is nothing in it."),
    "unknown_format": _l("This kind of file cannot be read. Save it as .xlsx or .csv."),
    "wrong_format": _l("It is not what the ending of its name says. Save it again as .xlsx or .csv."),
    "damaged": _l(
        "It is damaged, or a quotation mark is never closed. Open it in a spreadsheet programme and save it "
        "again."
    ),
    "macros": _l("It carries macros. Save it as an ordinary workbook (.xlsx) and try again."),
    "unpacks_too_large": _l("Unpacked, it would be far larger than such a spreadsheet can be."),
    "not_text": _l("This is not a text file. Save it as CSV with the encoding UTF-8 and try again."),
    "too_complex": _l(
        "It has far more columns or cells than the template. Copy the rows into an empty template."
    ),
    "too_many_blocks": _l("It has more than 5,000 rows. Divide it into several files."),
    "no_paragraphs": _l("It has no rows under the names of the columns."),
}


def intake_words(field: str, code: str) -> str:
    """What is wrong with a field of something that is entered for somebody else, and how to mend it."""
    return str(INTAKE_PROBLEMS.get(f"{field} {code}") or INTAKE_PROBLEMS[code])


def sheet_words(reason: str) -> str:
    """Why a spreadsheet cannot be read, and what to do about it."""
    return str(SHEET_PROBLEMS.get(reason) or DRAFT_PROBLEMS[reason])


# What of a workshop was changed, said within a sentence.
CHANGED_FACTS: dict[str, Any] = {"time": _l("the time"), "place": _l("the place"), "title": _l("the title")}


def facts_that_changed(names: Sequence[str], language: str) -> str:
    """“the time and the place”; empty where none is named."""
    return _listed([str(CHANGED_FACTS[name]) for name in names], language)


def languages_of_workshop(working: str, interpretation: Sequence[str], language: str) -> str:
    """“English, with interpretation into Latvian and French”, or “English, without interpretation”."""
    spoken = name_of_language(working, language)
    into = _listed([name_of_language(code, language) for code in interpretation], language)
    if not into:
        return str(_("%(language)s, without interpretation", language=spoken))
    return str(_("%(language)s, with interpretation into %(languages)s", language=spoken, languages=into))


def _listed(words: Sequence[str], language: str) -> str:
    return format_list(words, locale=language) if words else ""


# How a registration stands, to the organiser of the workshop.
REGISTRATION_STATES: dict[str, Any] = {
    RegistrationState.CONFIRMED: _l("Confirmed"),
    RegistrationState.WAITING: _l("Waiting"),
    RegistrationState.OFFERED: _l("Place offered"),
    RegistrationState.CANCELLED: _l("Cancelled"),
    RegistrationState.ATTENDED: _l("Attended"),
    RegistrationState.ABSENT: _l("Absent"),
}

# What is wrong with what an organiser filled in about a workshop, by field and problem.
WORKSHOP_PROBLEMS: dict[str, Any] = {
    "slug invalid": _l(
        "Write the address in small letters, digits and single hyphens, like “riga-february”."
    ),
    "slug taken": _l("Another workshop has this address. Choose another one."),
    "country unknown": _l("There is no contact point for this country. Choose another one."),
    "titles required": _l("Write a title in one language at least."),
    "titles too_long": _l("Shorten the title to 200 characters."),
    "purposes too_long": _l("Shorten this to 5,000 characters."),
    "audiences too_long": _l("Shorten this to 5,000 characters."),
    "programmes too_long": _l("Shorten the programme to 5,000 characters."),
    "facilitators too_long": _l("Shorten this to 5,000 characters."),
    "accesses too_long": _l("Shorten this to 5,000 characters."),
    "addresses too_long": _l("Shorten the address to 500 characters."),
    "addresses required": _l("Write where it takes place, or give a link to take part online."),
    "online_link invalid": _l("Write the whole link; it begins with https://"),
    "online_link too_long": _l("Shorten the link to 500 characters."),
    "zone unknown": _l("Choose a time zone from the list."),
    "starts_at unreadable": _l("Write the day and the time of the start, like 2030-02-23T13:00."),
    "ends_at unreadable": _l("Write the day and the time of the end, like 2030-02-23T16:00."),
    "register_by unreadable": _l("Write until when people can register, like 2030-02-17T23:59."),
    "local gap": _l("This time does not exist: the clocks go forward over it. Choose another one."),
    "local repeated": _l("This time comes twice: the clocks go back over it. Choose another one."),
    "starts_at past": _l("The start must be still to come."),
    "starts_at has_begun": _l("It has begun. Start and end stay as they are."),
    "ends_at before_start": _l("The end must be after the start."),
    "register_by after_start": _l("Registering must end before the start, or with it."),
    "register_by past": _l("Registering must still be possible: set a later time."),
    "consultation unlisted": _l("The consultation is not public yet. Show it to the public first."),
    "working_language unknown": _l("Choose a language from the list."),
    "places out_of_range": _l("Write how many places there are: a number from 1 to 900."),
    "offer_hours out_of_range": _l("Write a number of hours from 1 to 336, which is two weeks."),
    "reminder_hours out_of_range": _l("Write a number of hours from 0 to 336, which is two weeks."),
    "retention_days out_of_range": _l("Write a number of days from 7 to 730, which is two years."),
    "retention_days longer": _l("People registered with a shorter time in view. It can only be shortened."),
    "questions too_many": _l("Ask 10 questions at most."),
    "questions too_long": _l("Shorten the question to 300 characters."),
    "paragraph_keys unknown": _l("Choose paragraphs of the draft from the list."),
    "contact_name required": _l("Write whom people can ask."),
    "contact_name too_long": _l("Shorten the name to 200 characters."),
    "contact_email required": _l("Write the address at which people can ask."),
    "contact_email invalid": _l("Write the address like name@example.org."),
    "reasons required": _l("Say in one language at least why it does not take place."),
    "reasons too_long": _l("Shorten the reason to 2,000 characters."),
    "reasons not_now": _l("Only a published workshop that has not ended can be cancelled."),
    "recipients required": _l("Choose somebody whom the letter is for. Nobody matches now."),
    "subjects required": _l("Write the subject."),
    "subjects incomplete": _l(
        "A text stands in this language, but no subject. Write it, or take out the text."
    ),
    "subjects too_long": _l("Shorten the subject to 150 characters."),
    "texts required": _l("Write the letter."),
    "texts incomplete": _l(
        "A subject stands in this language, but no text. Write it, or take out the subject."
    ),
    "texts too_long": _l("Shorten the letter to 5,000 characters."),
    "notes too_long": _l("Shorten the notes to 20,000 characters."),
    "notes not_yet": _l("The workshop has not begun yet."),
    "results not_yet": _l("The workshop has not begun yet."),
    "materials too_many": _l("Link 20 materials at most."),
    "material titles required": _l("Say in one language at least what it is."),
    "material titles too_long": _l("Shorten the title to 200 characters."),
    "material address required": _l("Write its address; it begins with https://"),
    "material address invalid": _l("Write the whole address; it begins with https://"),
}


def workshop_words(field: str, code: str) -> str:
    """What is wrong with what an organiser filled in, and how to mend it."""
    return str(WORKSHOP_PROBLEMS[f"{'local' if code in {'gap', 'repeated'} else field} {code}"])


# What a subscription is to; `name` is that of the consultation and the like.
SUBSCRIPTIONS: dict[str, Any] = {
    Topic.NEWSLETTER: _l("The newsletter"),
    Topic.CONSULTATION: _l("The consultation “%(name)s”"),
    Topic.CONTACT_POINT: _l("The contact point: %(name)s"),
    Topic.SEARCH: _l("New hits for “%(name)s”"),
}


def words_for_subscription(topic: str, name: str) -> str:
    """What a subscription is to: “The consultation “Innovation””; without a name it may not be public now."""
    if not name and topic == Topic.SEARCH:
        return str(_("New hits of a search"))
    if not name and topic != Topic.NEWSLETTER:
        return str(_("Something that is not public at the moment"))
    return str(SUBSCRIPTIONS[topic]) % {"name": name}


NEWSLETTER_PROBLEMS: dict[str, Any] = {
    "newsletter overtaken": _l(
        "Somebody else has changed this newsletter since you opened it. Your words are below, theirs are "
        "shown above the form. Put together what is to stay, and save again."
    ),
    "newsletter overtaken_before_sending": _l(
        "Somebody else has changed this newsletter since you opened this page. Look at it again before you "
        "send it."
    ),
    "newsletter started": _l("This newsletter is being sent and cannot be changed any more."),
    "slug invalid": _l("Use small letters, digits and single hyphens only, like “2030-02-10”."),
    "slug taken": _l("Another newsletter has this address. Choose another one."),
    "titles required": _l("Write the title, in one language at least."),
    "title too_long": _l("Shorten the title to 150 characters."),
    "source too_long": _l("Shorten the text to 50,000 characters."),
    "sources required": _l(
        "Write title and text in one language at least, and both where one of them stands."
    ),
    "rate out_of_range": _l("Write a number from 1 to 6,000."),
}

# What became of the letters of a newsletter, with their number beside it.
DELIVERY_STATES: dict[str, Any] = {
    DeliveryState.WAITING: _l("Still to be sent"),
    DeliveryState.SENT: _l("Handed to the mail server"),
    DeliveryState.REFUSED: _l("Refused by the mail server"),
    DeliveryState.UNCERTAIN: _l("Uncertain"),
    DeliveryState.FAILED: _l("Given up after several attempts"),
    DeliveryState.DROPPED: _l("Unsubscribed meanwhile"),
}
