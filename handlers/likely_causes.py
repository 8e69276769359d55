"""The likely cause of a time away, in words."""

from conversation.words import Words


def likely_cause(words: Words, cause: str, rule: str) -> str:
    """Return the likely cause of a time away, or an empty string if it is unknown. A rule that this version does
    not know is shown by its name."""
    if cause in ("", "unknown"):
        return ""
    try:
        what = words.text(f"staff.rule.{rule}")
    except KeyError:
        what = rule
    return words.plain("staff.page.likely", what=what)
