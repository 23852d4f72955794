"""Languages as the web writes them ("en") and as libraries and parliaments do ("eng", ISO 639-2/T)."""

from __future__ import annotations

_PAIRS = """
    aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel
    bg:bul bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cu:chu
    cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas
    ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb
    hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido
    is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor
    kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub
    lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob nd:nde
    ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan
    pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme
    sg:sag si:sin sk:slk sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa
    ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tn:tsn to:ton tr:tur ts:tso tt:tat ty:tah ug:uig uk:ukr
    ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho zu:zul
"""
_LONG = dict(pair.split(":") for pair in _PAIRS.split())
_SHORT = {long: short for short, long in _LONG.items()}
# What librarians write instead, after the name that a language has in English.
_IN_ENGLISH = """
    sq:alb hy:arm eu:baq my:bur zh:chi cs:cze nl:dut fr:fre ka:geo de:ger el:gre is:ice mk:mac mi:mao ms:may
    fa:per ro:rum sk:slo bo:tib cy:wel
"""
_SHORT |= {long: short for short, long in (pair.split(":") for pair in _IN_ENGLISH.split())}


def three_letters(tag: str) -> str:
    """The three letters for a language tag ("eng" for "en-GB"); its own first part if it has none."""
    language = tag.split("-")[0].lower()
    return _LONG.get(language, language)


def language_tag(code: str) -> str:
    """The language tag for three letters ("en" for "eng"); what is a tag already stays as it is."""
    return _SHORT.get(code.lower(), code)


def are_other_languages(named: str, chosen: str) -> bool:
    """Whether a file names another language than the chosen one; "no" may be either Norwegian."""
    one, other = (language_tag(tag.split("-")[0].lower()) for tag in (named, chosen))
    return bool(one) and one != other and not (one == "no" and other in {"nb", "nn"})
