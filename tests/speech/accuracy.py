"""Measuring in characters how much of what was said has been recognised."""


def plain(text: str) -> str:
    """Return the text without punctuation and spaces, in lower case."""
    return "".join(each for each in text.lower() if each.isalnum())


def distance(one: str, other: str) -> int:
    """Return how many characters must be changed, added or removed (Levenshtein distance)."""
    row = list(range(len(other) + 1))
    for number, each in enumerate(one, start=1):
        last, row[0] = row[0], number
        for place, letter in enumerate(other, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (each != letter))
    return row[-1]
