"""The texts spoken in training: the grammar's sentences, commands, and numbers of four digits."""

import random

from tests.speech import grammar

COMMANDS = 0.18
NUMBERS = 0.1
_NUMBER = {"zh": ("我的编号是", "", "。"), "en": ("My number is ", " ", ".")}


def line(rng: random.Random, language: str) -> str:
    if rng.random() < COMMANDS:
        return rng.choice(grammar.commands(language))
    if rng.random() < NUMBERS:
        return number(rng, language)
    return grammar.sentence(rng, language)


def number(rng: random.Random, language: str) -> str:
    before, between, after = _NUMBER[language]
    return before + between.join(rng.choices(grammar.LANGUAGES[language].slots["d"], k=4)) + after


def kept_apart(rng: random.Random, language: str, held_out: bool) -> str:
    """Return a random text for training, or with `held_out` one that training never hears."""
    while grammar.is_held_out(text := line(rng, language)) != held_out:
        pass
    return text
