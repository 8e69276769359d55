"""How much one interview may hold. Without limits, one visitor could fill the store or the archive.

The numbers are far above what anybody needs who answers questions of a few minutes.
"""

MOST_MESSAGES = 100
"""Messages of one answer. People who write in fragments send ten or twenty."""
MOST_CHARACTERS = 20_000
"""Characters typed for one answer: about ten pages, or the whole of what people type in an hour."""
MOST_VOICES = 10
"""Recordings in one answer. Most questions are answered in two or three."""
MOST_VOICES_IN_ALL = 100
"""Recordings in one interview, also those withdrawn or said again: each is kept in the archive."""
MOST_AWAITED = 20
"""Recordings in one interview that may wait for their transcripts at a time."""
MOST_FILES = 10
"""Files in one answer: raters open every one of them."""
MOST_FILES_IN_ALL = 100
"""Files of an interview, including those sent to people, from which answers take no more. Each is kept in the
archive and may have 20 MB."""
MOST_SENT_FILES = 150
"""Files of an interview, including those in answers, from which none is passed on to people either. Candidates who
need help must still be able to show their screen."""
MOST_NOTICED = 1_000
"""Circumstances recorded in one interview. A page on an unsteady line reports a few hundred in a day."""
MOST_KNOWN = 20
"""Addresses that an interview remembers. Few people continue on a third device; the longest known is forgotten."""
MOST_REPEATED = 5_000
"""Characters of the open answer that are shown to the candidate again, from its end: more than a single message of
a messenger has."""

BURST = 1_000
"""How much a candidate may do at one question without waiting, in units of `budget.weight`. Somebody who sends a
hundred messages and corrects each of them spends about three hundred."""
STRANGERS_BURST = 100
"""The same for accounts that only have the link, all together and for the whole interview."""
UNIT_MS = 60_000
"""Every unit comes back after this long, in milliseconds. So whoever has to wait need not wait long, and whoever
never stops adds less than two megabytes a day."""
MOST_ENTRIES = 10_000
"""Entries of a record after which candidates add only what brings their interview to its end. Whole interviews
have a few hundred."""
