"""Reading lists of candidates: CSV or XLSX, in any of the forms that spreadsheets and forms write.

What is read here comes from strangers and may take much memory and time: read it in a process with limits
(`Tools.read_roster`).
"""

from handlers.rosters.model import (
    MOST_ROWS,
    Aside,
    Fault,
    Form,
    Reason,
    Roster,
    RosterUnusable,
    Row,
    Same,
)
from handlers.rosters.phones import parse as parse_phone
from handlers.rosters.read import read
from handlers.workbooks import MOST_BYTES

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Aside",
    "Fault",
    "Form",
    "Reason",
    "Roster",
    "RosterUnusable",
    "Row",
    "Same",
    "parse_phone",
    "read",
]
