"""Comments as people might write them: sentences of the sample texts, mixed, with rare words among them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "app" / "sample"
LANGUAGES = ("en", "lv", "nb", "fr")
SHARES = (50, 20, 15, 15)
RARE_WORDS = 30_000
SYLLABLES = re.findall(r"..", "babedadefigohajokakilalelimamonanenopaperarerisasetatetivavo")


def comments(number: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(language, text) of that many comments, always the same ones for a seed; 60 to 3,000 characters."""
    chance = random.Random(seed)
    said = {language: sentences(language) for language in LANGUAGES}
    for _number in range(number):
        [language] = chance.choices(LANGUAGES, SHARES)
        count = min(1 + int(chance.expovariate(0.4)), 15)
        chosen = chance.choices(said[language], k=count)
        yield language, " ".join(_varied(sentence, chance) for sentence in chosen)


def words_to_find(number: int, seed: int = 2) -> list[str]:
    """Questions of one to three words that stand together in one sentence of the sample texts."""
    chance = random.Random(seed)
    questions: list[str] = []
    while len(questions) < number:
        words = re.findall(r"\w{4,}", chance.choice(sentences(chance.choice(LANGUAGES))))
        if words:
            questions.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 3)))))
    return questions


@cache
def sentences(language: str) -> list[str]:
    """What the sample texts say in that language, sentence by sentence."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob(f"*/{language}.md"))]
    plain = re.sub(r"[#*\[\]]|\(https?:[^)]*\)|^\w+[.)]\s", "", "\n".join(texts), flags=re.MULTILINE)
    return [sentence for sentence in re.split(r"(?<=[.:;?])\s+|\n+", plain) if len(sentence) > 30]


def _varied(sentence: str, chance: random.Random) -> str:
    """The sentence with one of its words replaced by a name or a misspelling that few other texts have."""
    words = sentence.split()
    rarity = min(int(chance.paretovariate(0.5)), RARE_WORDS)
    words[chance.randrange(len(words))] = _rare_word(rarity)
    return " ".join(words)


def _rare_word(number: int) -> str:
    chance = random.Random(number)
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 5)))
