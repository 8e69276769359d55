"""How much of what was said was heard, in characters."""


def plain(text: str) -> str:
    """Without punctuation and spaces, in lower case."""
    return "".join(each for each in text.lower() if each.isalnum())


def distance(one: str, other: str) -> int:
    """How many characters must be changed, added or left out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, each in enumerate(one, start=1):
        last, row[0] = row[0], number
        for place, letter in enumerate(other, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (each != letter))
    return row[-1]
