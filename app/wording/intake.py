"""Words for what comes on paper and in spreadsheets."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models.comment import Capacity
from app.wording.drafts import DRAFT_PROBLEMS

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
