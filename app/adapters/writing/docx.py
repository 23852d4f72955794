"""Word documents (Office Open XML) that keep the paragraphs' keys while people work on them.

What Word shows is what counts when the file comes back: words, labels, notes, and the styles that say what
a paragraph is. A key is a bookmark.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import count, groupby

from app.adapters.writing._docx_parts import (
    HEAD,
    R,
    W,
    content_types,
    document_relations,
    pack,
    package_relations,
    source_parts,
    styles,
)
from app.i18n import direction_of
from app.models.kinds import ParagraphKind
from app.services.files.spans import Span, cells_of
from app.services.files.writing import WrittenDraft, WrittenParagraph

CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
PAGE_WIDTH = 9070  # of the text between the margins
STYLES = {
    ParagraphKind.PARAGRAPH: "InnspillParagraph",
    ParagraphKind.ITEM: "InnspillItem",
    ParagraphKind.ROW: "InnspillRow",
}
PAGE = (
    '<w:headerReference w:type="default" r:id="rIdHeader"/>'
    '<w:footerReference w:type="default" r:id="rIdFooter"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" '
    'w:header="709" w:footer="709" w:gutter="0"/>'
)
LOOK_OF_TABLE = '<w:tblW w:w="5000" w:type="pct"/>'
BORDER = '<w:bottom w:val="single" w:sz="4" w:space="0" w:color="C5CCD2"/>'
BORDERS = f"<w:tblBorders>{BORDER}{BORDER.replace('bottom', 'insideH')}</w:tblBorders>"


def create() -> DocxWriter:
    """The writer of Word documents."""
    return DocxWriter()


class DocxWriter:
    """A document of true headings, footnotes and tables; the labels are words before the paragraphs."""

    suffix = ".docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def write(self, draft: WrittenDraft) -> bytes:
        """The whole file."""
        body = _Body(is_right_to_left=direction_of(draft.language) == "rtl")
        document = body.document(draft)
        levels = {
            kind.value: sorted({one.level for one in draft.paragraphs if one.kind == kind})
            for kind in ParagraphKind
        }
        return pack(
            {
                "[Content_Types].xml": content_types(),
                "_rels/.rels": package_relations(),
                "docProps/core.xml": _core(draft),
                "word/document.xml": document,
                "word/_rels/document.xml.rels": document_relations(body.addresses),
                "word/styles.xml": styles(
                    draft.language, is_right_to_left=body.is_right_to_left, levels=levels
                ),
                "word/settings.xml": _settings(),
                "word/footnotes.xml": body.footnotes(),
                "word/header1.xml": _header(draft),
                "word/footer1.xml": _footer(draft),
                **source_parts(_sources(draft)),
            }
        )


class _Body:
    """Writes the text; remembers the addresses that it links to and the notes that it refers to."""

    def __init__(self, *, is_right_to_left: bool) -> None:
        self.is_right_to_left = is_right_to_left
        self.addresses: list[str] = []
        self._notes: list[str] = []
        self._bookmarks = count(1)

    def document(self, draft: WrittenDraft) -> str:
        """The main part."""
        blocks = [f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{self._run(Span(draft.title))}</w:p>']
        for (is_row, _level), group in groupby(draft.paragraphs, key=_table_level):
            paragraphs = list(group)
            blocks += [self._table(paragraphs)] if is_row else map(self._paragraph, paragraphs)
        bidi = "<w:bidi/>" if self.is_right_to_left else ""
        section = f"<w:sectPr>{PAGE}{bidi}</w:sectPr>"
        return f"{HEAD}<w:document {W} {R}><w:body>{''.join(blocks)}{section}</w:body></w:document>"

    def footnotes(self) -> str:
        """The part of the notes, with the two rules that Word wants to find there."""
        rules = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{sign}/></w:r></w:p></w:footnote>'
            for number, (kind, sign) in enumerate(
                (("separator", "separator"), ("continuationSeparator", "continuationSeparator")), start=-1
            )
        )
        return f"{HEAD}<w:footnotes {W}>{rules}{''.join(self._notes)}</w:footnotes>"

    def _paragraph(self, paragraph: WrittenParagraph) -> str:
        words = f"{_label(paragraph)}{self._words(paragraph.spans)}{self._references(paragraph)}"
        flush = "" if paragraph.shown_label else '<w:ind w:hanging="0" w:firstLine="0"/>'
        look = f'<w:pPr><w:pStyle w:val="{_style(paragraph)}"/>{flush}</w:pPr>'
        return f"<w:p>{look}{self._named(paragraph, words)}</w:p>"

    def _table(self, rows: list[WrittenParagraph]) -> str:
        cells = [cells_of(row.spans) for row in rows]
        width = max(map(len, cells))
        grid = f'<w:gridCol w:w="{PAGE_WIDTH // width}"/>' * width
        bidi = "<w:bidiVisual/>" if self.is_right_to_left else ""
        look = f'<w:tblPr>{bidi}{LOOK_OF_TABLE}{BORDERS}<w:tblLayout w:type="fixed"/></w:tblPr>'
        lines = (self._row(row, texts, width) for row, texts in zip(rows, cells, strict=True))
        table = f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        # Without a paragraph between them two tables are one, and no document ends with a table.
        return f'{table}<w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>'

    def _row(self, row: WrittenParagraph, cells: list[list[Span]], width: int) -> str:
        words = [self._words(cell) for cell in cells]
        words[-1] += self._references(row)
        words[0] = self._named(row, _label(row, after=" ") + words[0])
        spans = [1] * (len(words) - 1) + [width - len(words) + 1]
        style = f'<w:pPr><w:pStyle w:val="{_style(row)}"/></w:pPr>'
        written = (
            f"<w:tc>{_look_of_cell(span, width)}<w:p>{style}{cell}</w:p></w:tc>"
            for cell, span in zip(words, spans, strict=True)
        )
        return f"<w:tr>{''.join(written)}</w:tr>"

    def _named(self, paragraph: WrittenParagraph, words: str) -> str:
        number = next(self._bookmarks)
        name = f"innspill_{paragraph.key}{'_unlabelled' if paragraph.shown_label == '' else ''}"
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{words}<w:bookmarkEnd w:id="{number}"/>'

    def _words(self, spans: Iterable[Span]) -> str:
        written = []
        for address, linked in groupby(spans, key=lambda span: span.address):
            runs = "".join(map(self._run, linked))
            written.append(
                f'<w:hyperlink r:id="{self._link(address)}">{runs}</w:hyperlink>' if address else runs
            )
        return "".join(written)

    def _run(self, span: Span) -> str:
        look = '<w:rStyle w:val="Hyperlink"/>' if span.address else ""
        look += "<w:b/><w:bCs/>" if span.strong else ""
        look += "<w:i/><w:iCs/>" if span.emphasis else ""
        look += "<w:rtl/>" if self.is_right_to_left else ""
        return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{_text(span.text)}</w:r>"

    def _link(self, address: str) -> str:
        if address not in self.addresses:
            self.addresses.append(address)
        return f"rIdLink{self.addresses.index(address)}"

    def _references(self, paragraph: WrittenParagraph) -> str:
        return "".join(map(self._reference, paragraph.notes))

    def _reference(self, note: str) -> str:
        number = len(self._notes) + 1
        sign = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        words = f"{sign}<w:r>{_text(' ')}</w:r>{self._run(Span(note))}"
        style = '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        self._notes.append(f'<w:footnote w:id="{number}"><w:p>{style}{words}</w:p></w:footnote>')
        return sign.replace("<w:footnoteRef/>", f'<w:footnoteReference w:id="{number}"/>')


def _look_of_cell(span: int, width: int) -> str:
    covers = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tcPr><w:tcW w:w="{PAGE_WIDTH * span // width}" w:type="dxa"/>{covers}</w:tcPr>'


def _levels(draft: WrittenDraft, kind: ParagraphKind) -> list[int]:
    return sorted({paragraph.level for paragraph in draft.paragraphs if paragraph.kind == kind})


def _table_level(paragraph: WrittenParagraph) -> tuple[bool, int]:
    """Rows that follow each other at one level are one table."""
    return paragraph.kind == ParagraphKind.ROW, paragraph.level


def _style(paragraph: WrittenParagraph) -> str:
    if not paragraph.is_heading:
        return f"{STYLES[ParagraphKind(paragraph.kind)]}{paragraph.level}"
    return f"Heading{paragraph.level}" if paragraph.level <= 9 else f"InnspillHeading{paragraph.level}"


def _label(paragraph: WrittenParagraph, after: str = "") -> str:
    if not paragraph.shown_label:
        return ""
    end = _text(after) if after else "<w:tab/>"
    return f'<w:r><w:rPr><w:rStyle w:val="InnspillLabel"/></w:rPr>{_text(paragraph.label)}{end}</w:r>'


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t>'


def _sources(draft: WrittenDraft) -> Iterable[str]:
    """What Word does not show: unusual spellings of what it does show."""
    yield from (f"<unseen>{escape(text, quote=False)}</unseen>" for text in draft.unseen)
    yield from (_source(paragraph) for paragraph in draft.paragraphs if not paragraph.is_plain)


def _source(paragraph: WrittenParagraph) -> str:
    shown = escape(paragraph.html)
    return f'<source key="{paragraph.key}" shown="{shown}">{escape(paragraph.source, quote=False)}</source>'


def _settings() -> str:
    return (
        f'{HEAD}<w:settings {W}><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _header(draft: WrittenDraft) -> str:
    return f"{HEAD}<w:hdr {W}>{_line('Header', draft.consultation)}</w:hdr>"


def _footer(draft: WrittenDraft) -> str:
    sealed = f" · {draft.sealed_at:%Y-%m-%d %H:%M} UTC" if draft.sealed_at else ""
    digest = f" · SHA-256 {draft.digest[:16]}…" if draft.digest else ""
    line = f"{draft.body} · № {draft.number}{sealed}{digest}"
    return f"{HEAD}<w:ftr {W}>{_line('Footer', line)}</w:ftr>"


def _line(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{_text(text)}</w:r></w:p>'


def _core(draft: WrittenDraft) -> str:
    day = draft.sealed_at or draft.begun_on
    written = f"{day:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(draft.title)}</dc:title><dc:language>{escape(draft.language)}</dc:language>"
        f"<dc:identifier>{escape(draft.digest)}</dc:identifier>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{written}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{written}</dcterms:modified></cp:coreProperties>'
    )
