"""Words for drafts, and for what is wrong with one, or with the settings of a consultation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.models.draft import ParagraphKind

PARAGRAPH_KINDS: dict[str, Any] = {
    ParagraphKind.HEADING: _l("Heading"),
    ParagraphKind.PARAGRAPH: _l("Paragraph"),
    ParagraphKind.ITEM: _l("Item"),
    ParagraphKind.ROW: _l("Row of a table"),
}

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
    "left_out": _l("Something was left out here, like a picture or words around the text."),
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
