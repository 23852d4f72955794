"""Akoma Ntoso as parliaments and others write it."""

from __future__ import annotations

import pytest

from app.adapters import adapter
from app.services.files.importing import Doubt, FoundDraft, Importer, Unreadable, UnreadableError, read_draft

IMPORTERS: dict[str, Importer] = {"akomantoso": adapter("importing", "akomantoso").create()}
META = (
    "<meta><identification source='#us'><FRBRWork><FRBRname value='By name'/></FRBRWork><FRBRExpression>"
    "<FRBRlanguage language='fra'/></FRBRExpression></identification>"
    "<notes><note eId='n2'><p>Stands apart.</p></note></notes></meta>"
)
PREFACE = "<preface><longTitle><p>Bill: <docTitle>Act on trying</docTitle></p></longTitle></preface>"


def read(body: str, *, preface: str = PREFACE, kind: str = "act", before: str = "") -> FoundDraft:
    holder = "body" if kind in {"act", "bill"} else "mainBody"
    text = (
        f"{before}<akomaNtoso xmlns='http://docs.oasis-open.org/legaldocml/ns/akn/3.0'><{kind} name='x'>"
        f"{META}{preface}<{holder}>{body}</{holder}></{kind}></akomaNtoso>"
    )
    return read_draft(IMPORTERS, "draft.xml", text.encode())


def found(body: str, kind: str = "act") -> list[tuple[str, int, str, str]]:
    return [(block.kind, block.level, block.marker, block.source) for block in read(body, kind=kind).blocks]


ARTICLE = """
<chapter><num>Chapter I</num><heading>General</heading>
  <article><num>Article 1</num>
    <paragraph><num>1.</num><intro><p>Everybody may</p></intro>
      <point><num>(a)</num><content><p>try <b>new</b> ways,</p></content></point>
      <point><num>(b)</num><content><p>stop.</p></content></point>
      <wrapUp><p>always.</p></wrapUp>
    </paragraph>
    <paragraph><num>2.</num><content><p>So it is.</p></content></paragraph>
  </article>
  <article><num>Article 2</num><heading>Money</heading><content><p>None.</p></content></article>
</chapter>"""


def test_divisions_are_headings_and_numbered_pieces_are_items() -> None:
    assert found(ARTICLE) == [
        ("heading", 1, "", "Chapter I: General"),
        ("heading", 2, "", "Article 1"),
        ("item", 1, "1", "Everybody may"),
        ("item", 2, "a", "try **new** ways,"),
        ("item", 2, "b", "stop."),
        ("paragraph", 1, "", "always."),
        ("item", 1, "2", "So it is."),
        ("heading", 2, "", "Article 2: Money"),
        ("paragraph", 0, "", "None."),
    ]


def test_title_and_language_are_where_the_format_has_them() -> None:
    draft = read("<section><content><p>Words.</p></content></section>")
    assert (draft.title, draft.language) == ("Act on trying", "fr")
    assert read("<p>Words.</p>", preface="", kind="doc").title == "By name"


def test_lists_of_blocks_and_tables_are_items_and_rows() -> None:
    body = (
        "<blockList><listIntroduction>We:</listIntroduction><item><num>i)</num><p>begin</p></item></blockList>"
        "<ul><li>or <i>not</i><ol><li>once</li></ol></li></ul>"
        "<table><caption>Costs</caption><tr><th><p>Who</p></th><th><p>What</p></th></tr></table>"
    )
    assert found(body, kind="statement") == [
        ("paragraph", 0, "", "We:"),
        ("item", 1, "i", "begin"),
        ("item", 1, "–", "or *not*"),
        ("item", 2, "1", "once"),
        ("paragraph", 0, "", "Costs"),
        ("row", 0, "", "Who | What"),
    ]


def test_notes_leave_the_sentence() -> None:
    draft = read(
        "<section><content><p>Words<authorialNote marker='1'><p>Said here.</p></authorialNote> go on"
        "<noteRef href='#n2'/>.</p></content></section>"
    )
    assert [(block.source, block.notes) for block in draft.blocks] == [
        ("Words go on.", ("Said here.", "Stands apart."))
    ]


def test_what_was_taken_out_stays_out_and_what_was_put_in_is_doubted() -> None:
    words = "We <del>may</del><ins>shall</ins> try<remark>!</remark>."
    draft = read(f"<section><content><p>{words}</p></content></section>")
    assert draft.blocks[0].source == "We shall try."
    assert Doubt.TRACKED_CHANGES in draft.blocks[0].doubts


def test_links_to_the_web_stay_and_references_to_laws_are_words() -> None:
    body = "<p><a href='https://example.org/'>here</a> and <ref href='/akn/fr/act/1'>there</ref></p>"
    assert found(body, kind="doc")[0][3] == "[here](https://example.org/) and there"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a/>", Unreadable.WRONG_FORMAT),
        ("<akomaNtoso/>", Unreadable.WRONG_FORMAT),
        ("<akomaNtoso xmlns='http://docs.oasis-open.org/legaldocml/ns/akn/3.0'>", Unreadable.DAMAGED),
        ("not XML", Unreadable.DAMAGED),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]><akomaNtoso>&b;</akomaNtoso>", Unreadable.ENTITIES),
    ],
)
def test_what_is_no_akoma_ntoso_is_refused(text: str, reason: Unreadable) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_draft(IMPORTERS, "draft.akn", text.encode())
    assert refused.value.reason == reason


def test_pieces_in_pieces_without_end_are_refused() -> None:
    with pytest.raises(UnreadableError) as refused:
        read("<section>" * 90 + "<content><p>x</p></content>" + "</section>" * 90)
    assert refused.value.reason == Unreadable.TOO_DEEP
