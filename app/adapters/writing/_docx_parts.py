"""The parts of a Word document that are the same for every draft, or nearly so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from html import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The same draft gives the same bytes: no archive says when it was packed.
EPOCH = (1980, 1, 1, 0, 0, 0)
MARGIN = 850  # in twentieths of a point: where the text begins, right of the labels
STEP = 600
HEADING_SIZES = (32, 26, 23)
KINDS = {
    "document": "document.main+xml",
    "styles": "styles+xml",
    "settings": "settings+xml",
    "footnotes": "footnotes+xml",
    "header1": "header+xml",
    "footer1": "footer+xml",
}
CUSTOM = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
RELATED = {
    "rIdStyles": ("styles", "styles.xml"),
    "rIdSettings": ("settings", "settings.xml"),
    "rIdFootnotes": ("footnotes", "footnotes.xml"),
    "rIdHeader": ("header", "header1.xml"),
    "rIdFooter": ("footer", "footer1.xml"),
    "rIdSources": ("customXml", "../customXml/item1.xml"),
}


def pack(parts: Mapping[str, str]) -> bytes:
    """An archive of the parts, the same whenever it is packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    return packed.getvalue()


def content_types() -> str:
    """What kind of thing each part is."""
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}"/>' for name, kind in KINDS.items()
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'{overrides}<Override PartName="/customXml/itemProps1.xml" ContentType="{CUSTOM}"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def package_relations() -> str:
    """Where the archive begins."""
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return relations(
        [
            f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>',
            f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/>',
        ]
    )


def document_relations(addresses: Iterable[str]) -> str:
    """The parts that the document uses, and the addresses that it links to."""
    inside = [
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, (kind, target) in RELATED.items()
    ]
    return relations([*inside, *links(addresses)])


def links(addresses: Iterable[str]) -> list[str]:
    """A relation for each address, in their order."""
    return [
        f'<Relationship Id="rIdLink{number}" Type="{OFFICE}/hyperlink" Target="{escape(address)}" '
        'TargetMode="External"/>'
        for number, address in enumerate(addresses)
    ]


def relations(lines: Iterable[str]) -> str:
    """A list of relations."""
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def source_parts(sources: Iterable[str]) -> dict[str, str]:
    """The part of exact spellings, which Word keeps and does not show."""
    item = f'{HEAD}<sources xmlns="urn:x-innspill:draft">{"".join(sources)}</sources>'
    properties = (
        f'{HEAD}<ds:datastoreItem ds:itemID="{{6A1D5C0E-4B1E-4C55-9C3B-1B5D2F0E7A10}}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        '<ds:schemaRefs><ds:schemaRef ds:uri="urn:x-innspill:draft"/></ds:schemaRefs></ds:datastoreItem>'
    )
    relation = f'<Relationship Id="rId1" Type="{OFFICE}/customXmlProps" Target="itemProps1.xml"/>'
    return {
        "customXml/item1.xml": item,
        "customXml/itemProps1.xml": properties,
        "customXml/_rels/item1.xml.rels": relations([relation]),
    }


def styles(language: str, *, is_right_to_left: bool, levels: Mapping[str, Iterable[int]]) -> str:
    """How paragraphs look; their kind and level is the name of their style."""
    bidi, rtl = ("<w:bidi/>", "<w:rtl/>") if is_right_to_left else ("", "")
    code = escape(language)
    named = f'<w:lang w:val="{code}" w:eastAsia="{code}" w:bidi="{code}"/>'
    run = f'<w:rPr>{SERIF}<w:sz w:val="22"/><w:szCs w:val="22"/>{rtl}{named}</w:rPr>'
    paragraph = f'<w:pPr>{bidi}<w:spacing w:after="140" w:line="300" w:lineRule="auto"/></w:pPr>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault>{run}</w:rPrDefault>"
        f"<w:pPrDefault>{paragraph}</w:pPrDefault></w:docDefaults>"
    )
    return f"{HEAD}<w:styles {W}>{defaults}{_fixed_styles()}{''.join(_level_styles(levels))}</w:styles>"


def _fixed_styles() -> str:
    return "".join(
        [
            _style("Normal", "Normal", is_default=True),
            _style(
                "Title",
                "Title",
                f'<w:keepNext/><w:spacing w:before="0" w:after="480" w:line="240" w:lineRule="auto"/>'
                f'<w:ind w:start="{MARGIN}"/>',
                '<w:b/><w:bCs/><w:sz w:val="48"/><w:szCs w:val="48"/>',
            ),
            _style("Header", "header", '<w:spacing w:after="0"/>', GREY),
            _style("Footer", "footer", '<w:spacing w:after="0"/>', GREY),
            _style(
                "FootnoteText",
                "footnote text",
                '<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>',
                '<w:sz w:val="18"/><w:szCs w:val="18"/>',
            ),
            _style("TableEnd", "Table end", '<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>'),
            _character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
            _character("Hyperlink", "Hyperlink", '<w:color w:val="0B5A8A"/><w:u w:val="single"/>'),
            _character("InnspillLabel", "Innspill label", LABEL + LABEL_SIZE),
        ]
    )


SERIF = '<w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:eastAsia="SimSun" w:cs="Times New Roman"/>'
SANS = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/>'
GREY = f'{SANS}<w:color w:val="566069"/><w:sz w:val="17"/><w:szCs w:val="17"/>'
LABEL_SIZE = '<w:sz w:val="18"/><w:szCs w:val="18"/><w:rtl w:val="0"/>'
LABEL = f'{SANS}<w:b w:val="0"/><w:bCs w:val="0"/><w:i w:val="0"/><w:color w:val="566069"/>'


def _level_styles(levels: Mapping[str, Iterable[int]]) -> Iterable[str]:
    for level in levels["heading"]:
        size = HEADING_SIZES[min(level, len(HEADING_SIZES)) - 1]
        look = (
            f'<w:keepNext/><w:keepLines/><w:spacing w:before="{max(240, 560 - 80 * level)}" w:after="140" '
            f'w:line="260" w:lineRule="auto"/>{_indent(MARGIN, MARGIN)}'
            f'<w:outlineLvl w:val="{min(level, 9) - 1}"/>'
        )
        name = f"Heading{level}" if level <= 9 else f"InnspillHeading{level}"
        shown = f"heading {level}" if level <= 9 else f"Innspill heading {level}"
        yield _style(name, shown, look, f'<w:b/><w:bCs/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>')
    for level in levels["paragraph"]:
        hanging = MARGIN if level == 0 else STEP
        look = _indent(MARGIN + STEP * level, hanging)
        yield _style(f"InnspillParagraph{level}", f"Innspill paragraph {level}", look)
    for level in levels["item"]:
        yield _style(
            f"InnspillItem{level}", f"Innspill item {level}", _indent(MARGIN + STEP * max(level, 1), STEP)
        )
    for level in levels["row"]:
        look = '<w:spacing w:before="60" w:after="60" w:line="260" w:lineRule="auto"/>'
        yield _style(f"InnspillRow{level}", f"Innspill row {level}", look)


def _indent(start: int, hanging: int) -> str:
    stop = f'<w:tabs><w:tab w:val="start" w:pos="{start}"/></w:tabs>'
    return f'{stop}<w:ind w:start="{start}" w:hanging="{hanging}"/>'


def _style(name: str, shown: str, paragraph: str = "", run: str = "", *, is_default: bool = False) -> str:
    default = ' w:default="1"' if is_default else ""
    based = "" if is_default else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{default}>'
        f'<w:name w:val="{shown}"/>{based}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _character(name: str, shown: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{shown}"/><w:qFormat/>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )
