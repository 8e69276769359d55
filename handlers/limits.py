"""What is kept of a candidate at most, for modules that must not load the rest of the handlers."""

MOST_NAME = 60
"""Maximum length of a candidate's name, in characters."""
PHONE_DIGITS = 4
"""How many of a phone number's last digits somebody is asked for who claims an interview."""
