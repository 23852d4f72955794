"""Plain files whose bytes do not say how their letters are to be read."""

from __future__ import annotations

import pytest

from app.services.files.decoding import decode
from app.services.files.importing import Doubt, Unreadable, UnreadableError

LATVIAN = (
    "Deklarācija par inovāciju\n\nValsts pārvalde ir atvērta un klausās, kas cilvēkiem vajadzīgs. "
    "Mēs apņemamies mācīties no kļūdām, jo bez tām nav jaunā, un dalīties ar citiem."
)
LITHUANIAN = (
    "Deklaracija dėl inovacijų\n\nViešasis sektorius yra atviras ir klauso, kad žmonės būtų išgirsti. "
    "Mes įsipareigojame mokytis iš klaidų ir dalytis su kitais."
)
ESTONIAN = (
    "Uuenduste deklaratsioon\n\nAvalik sektor on avatud ja kuulab, mis on inimestele tähtis. "
    "Me õpime šokist ja eksimustest ning jagame oma kogemusi ka teistega, kui see on võimalik."
)
FRENCH = (
    "Déclaration sur l’innovation\n\nL’État est ouvert et écoute ce que les gens désirent. "
    "Nous sommes prêts à apprendre des erreurs, où qu’elles naissent, grâce à la leçon reçue."
)
NORWEGIAN = (
    "Erklæring om nyskaping\n\nDet offentlige er åpent og hører på det som folk sier. "
    "Vi lærer av feil og deler det vi vet med andre, også når det ikke er så lett å gjøre."
)
GERMAN = "Erklärung\n\nDie Verwaltung ist offen und hört auf das, was für die Menschen wichtig ist: Größe."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LATVIAN, "windows-1257"),
        (LITHUANIAN, "windows-1257"),
        (ESTONIAN, "windows-1252"),
        (FRENCH, "windows-1252"),
        (FRENCH.replace("’", "'"), "iso-8859-1"),
        (NORWEGIAN, "windows-1252"),
        (GERMAN, "windows-1252"),
    ],
    ids=["lv", "lt", "et", "fr", "fr latin-1", "nb", "de"],
)
def test_the_encoding_is_found_out_by_letters_and_words(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_estonian_of_either_encoding_reads_right() -> None:
    assert decode(ESTONIAN.encode("windows-1257")).text == ESTONIAN


def test_a_guess_is_marked_as_one_and_a_certainty_is_not() -> None:
    assert decode(LATVIAN.encode("windows-1257")).doubts == (Doubt.GUESSED_ENCODING,)
    assert decode(LATVIAN.encode()).doubts == ()
    assert decode("Café crème à la carte\n\net des mots".encode("utf-16")).doubts == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        LATVIAN,
        "人人生而自由，\n在尊严和权利上一律平等。 1948",
        "يولد جميع الناس أحرارا متساوين، في الكرامة.",
    ],
)
def test_utf_16_without_its_mark_is_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", ["Pils un \xe2\xe7\xee", "\xfb\xfb \xe2\xe2", "caf\xe8 \xe2 1"])
def test_where_nobody_can_know_somebody_is_asked_with_a_sample_of_each_reading(text: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        decode(text.encode("latin-1"))
    assert refused.value.reason == Unreadable.WHICH_ENCODING
    samples = {reading.encoding: reading.sample for reading in refused.value.readings}
    assert {"windows-1252", "windows-1257"} <= samples.keys()
    assert samples["windows-1252"] != samples["windows-1257"]


def test_the_answer_is_taken_and_nothing_is_guessed() -> None:
    content = "Pils un âçî".encode("windows-1252")
    assert decode(content, "windows-1252").text == "Pils un âçî"
    assert decode(content, "windows-1257").text == "Pils un āēī"
    assert decode(content, "windows-1257").doubts == ()


@pytest.mark.parametrize("answer", ["utf-8", "utf-7", "rot13", "base64", "nonsense\0"])
def test_an_answer_that_cannot_be_is_refused(answer: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        decode("Pils un âçî".encode("windows-1252"), answer)
    assert refused.value.reason == Unreadable.NOT_UTF8


def test_what_a_page_says_of_itself_goes_before_a_guess() -> None:
    content = "Pils un āēī".encode("windows-1257")
    assert decode(content, declared="windows-1257").text == "Pils un āēī"
    assert decode(content, declared="ISO-8859-1").text == "Pils un âçî"


@pytest.mark.parametrize("declared", ["utf-8", "rot13", "unicode_escape", "punycode", "x" * 40])
def test_what_a_page_says_wrongly_of_itself_is_not_believed(declared: str) -> None:
    assert decode(LATVIAN.encode("windows-1257"), declared=declared).text == LATVIAN


@pytest.mark.parametrize("content", [b"\x80\x81\x02\x8d" * 20, b"\xff\xfe\x00", b"words \x01\x02\xe9"])
def test_bytes_that_are_no_letters_are_no_text(content: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        decode(content)
    assert refused.value.reason in {Unreadable.NOT_TEXT, Unreadable.NOT_UTF8}
