"""Office documents written by hand, as small as word processors will still open them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD_NAMES = (
    f'xmlns:w="{WORD}" xmlns:r="{RELATED}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_PARTS = ("styles", "numbering", "footnotes")
OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
OPEN_NAMES = (
    f'xmlns:office="{OPEN}office:1.0" xmlns:text="{OPEN}text:1.0" xmlns:style="{OPEN}style:1.0" '
    f'xmlns:table="{OPEN}table:1.0" xmlns:draw="{OPEN}drawing:1.0" xmlns:fo="{OPEN}xsl-fo-compatible:1.0" '
    f'xmlns:meta="{OPEN}meta:1.0" xmlns:manifest="{OPEN}manifest:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
OPEN_TYPE = "application/vnd.oasis.opendocument.text"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """An archive of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            form = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, form)
    return held.getvalue()


# ------------------------------------------------------------- Word


def docx(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    footnotes: str = "",
    links: Mapping[str, str] | None = None,
    properties: str = "",
    content_type: str = WORD_TYPE,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A Word document with that body."""
    related = "".join(_related(kind, kind, f"{kind}.xml") for kind in WORD_PARTS) + "".join(
        _related(name, "hyperlink", f'{address}" TargetMode="External')
        for name, address in (links or {}).items()
    )
    return zipped(
        {
            "[Content_Types].xml": _content_types(content_type),
            "_rels/.rels": _relations(_related("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {WORD_NAMES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations(related),
            "word/styles.xml": f"<w:styles {WORD_NAMES}>{_usual_styles()}{styles}</w:styles>",
            "word/numbering.xml": f"<w:numbering {WORD_NAMES}>{numbering}</w:numbering>",
            "word/footnotes.xml": f"<w:footnotes {WORD_NAMES}>{footnotes}</w:footnotes>",
            "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{properties}</cp:coreProperties>',
            **(more or {}),
        }
    )


def _content_types(main: str) -> str:
    kinds = {"document": main} | {kind: WORD_TYPE.replace("document.main", kind) for kind in WORD_PARTS}
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{named}"/>' for kind, named in kinds.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(related: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'


def _related(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{RELATED}/{kind}" Target="{target}"/>'


def _usual_styles() -> str:
    outlines = {f"Heading{n}": f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr>' for n in (1, 2)}
    named = {"Heading1": "heading 1", "Heading2": "heading 2", "TOC1": "toc 1"}
    return word_style("Title", "") + "".join(
        word_style(key, outlines.get(key, ""), name=name) for key, name in named.items()
    )


def word_style(key: str, content: str, kind: str = "paragraph", name: str = "") -> str:
    """A style with what it says."""
    return f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name or key}"/>{content}</w:style>'


def run(text: str, properties: str = "") -> str:
    """Words of one look."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(content: str, style: str = "", *, item: tuple[int, int] | None = None, properties: str = "") -> str:
    """A paragraph of words or of runs; `item` is its list and the level in it, from 0."""
    inside = content if content.startswith("<") else run(content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = f'<w:numPr><w:ilvl w:val="{item[1]}"/><w:numId w:val="{item[0]}"/></w:numPr>' if item else ""
    return f"<w:p><w:pPr>{named}{numbered}{properties}</w:pPr>{inside}</w:p>"


def word_level(level: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """One level of a list: how it counts and what it shows."""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def word_lists(abstract: Mapping[int, Sequence[str]], lists: Mapping[int, tuple[int, str]]) -> str:
    """Abstract lists with their levels, and the lists made of them with what each overrides."""
    return "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(levels)}</w:abstractNum>"
        for number, levels in abstract.items()
    ) + "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{made_of}"/>{override}</w:num>'
        for number, (made_of, override) in lists.items()
    )


def start_override(level: int, start: int) -> str:
    """What lets a list begin anew at its first paragraph of that level."""
    return f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def field(code: str, shown: str) -> str:
    """A field in runs: its code, and what it shows."""
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    instruction = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    return marks["begin"] + instruction + marks["separate"] + shown + marks["end"]


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table; each cell is words, paragraphs, or properties (`<w:tcPr>…`) and paragraphs."""
    written = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{cell if '<w:' in cell else para(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{written}</w:tbl>"


# ------------------------------------------------------------- OpenDocument


def odt(
    body: str,
    *,
    automatic: str = "",
    styles: str = "",
    properties: str = "",
    manifest: str = "",
    mimetype: str = OPEN_TYPE,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An OpenDocument text with that body."""
    versioned = f'{OPEN_NAMES} office:version="1.3"'
    return zipped(
        {
            "mimetype": mimetype,
            "content.xml": f"<office:document-content {versioned}>"
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {versioned}><office:styles>"
            '<style:style style:name="Title" style:family="paragraph"/>'
            f"{styles}</office:styles></office:document-styles>",
            "meta.xml": f"<office:document-meta {versioned}><office:meta>{properties}</office:meta>"
            "</office:document-meta>",
            "META-INF/manifest.xml": f'<manifest:manifest {OPEN_NAMES} manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{OPEN_TYPE}"/>'
            + "".join(
                f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
                for name in ("content", "styles", "meta")
            )
            + f"{manifest}</manifest:manifest>",
            **(more or {}),
        }
    )


def open_level(
    level: int, form: str, *, before: str = "", after: str = "", shows: int = 1, start: int = 1
) -> str:
    """One level of a list style: how it counts and what it shows."""
    return (
        f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" '
        f'style:num-prefix="{before}" style:num-suffix="{after}" text:display-levels="{shows}" '
        f'text:start-value="{start}"><style:list-level-properties '
        'text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
        f'text:label-followed-by="listtab" fo:text-indent="-0.25in" fo:margin-left="{0.25 * level}in"/>'
        "</style:list-level-properties></text:list-level-style-number>"
    )


def open_list_style(name: str, *levels: str) -> str:
    """A style of lists with its levels."""
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def open_style(name: str, family: str, properties: str, parent: str = "") -> str:
    """A style with the attributes of its text."""
    above = f' style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}"{above}>'
        f"<style:text-properties {properties}/></style:style>"
    )


def items(*contents: str, style: str = "", more: str = "") -> str:
    """A list; each item is words, or elements."""
    named = f' text:style-name="{style}"' if style else ""
    inside = "".join(
        f"<text:list-item>{one if one.startswith('<') else f'<text:p>{one}</text:p>'}</text:list-item>"
        for one in contents
    )
    return f"<text:list{named} {more}>{inside}</text:list>"
