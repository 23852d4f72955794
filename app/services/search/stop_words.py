"""Words too small to look for, by language; without accents, as the search sees them."""

from __future__ import annotations

_BY_LANGUAGE = {
    "en": """
        a about all also an and any are as at be because been but by can could did do does for from had has
        have he her his how i if in into is it its may me my no nor not of on or our should so than that the
        their them then there these they this those to up us was we were what when where which who will with
        would you your
    """,
    "fr": """
        a ai au aux avec c ce cela ces cet cette comme d dans de des donc du elle elles en est et etre eux
        il ils j je l la le les leur leurs lui m mais me meme mes moi mon n ne nos notre nous on ont ou par
        pas plus pour qu que qui s sa sans se ses si son sont sur t ta te tes toi ton tu un une vos votre
        vous y
    """,
    "lv": """
        ar ari bet bez caur gan ir ja jau jo ka kam kas kad kur kuras kuri kurs lai lidz man mes mus ne nav
        no nevis par pa pec pie pirms sa sai saja sajos savu sis so starp ta tad tai tajos tam tas tiem tie
        tika tiek to tos tur uz un vai ve viens vina vins vini vinu
    """,
    "nb": """
        alle at av bare ble bli blir da de dem den denne der deres det dette din du eller en enn er et ett
        etter for fra fordi ha hadde han har hun hva hvem hver hvis hvor hvordan i ikke ingen inn jeg kan
        kunne man med meg men mot mye na nar nei noe noen og om opp oss over pa sa sin sine sitt skal skulle
        slik som til under ut var vart ved vi vil ville vaere vare a
    """,
}
_BY_LANGUAGE["nn"] = _BY_LANGUAGE["no"] = _BY_LANGUAGE["nb"]
STOP_WORDS = {language: frozenset(words.split()) for language, words in _BY_LANGUAGE.items()}
