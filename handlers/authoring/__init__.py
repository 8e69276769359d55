"""Reading interview scripts: from YAML to a `conversation.script.Script` or a list of faults."""

from handlers.authoring.faults import Fault, say
from handlers.authoring.loader import Reading, ScriptUnusable, read_script
from handlers.authoring.report import report
from handlers.authoring.syntax import MAX_BYTES

__all__ = ["MAX_BYTES", "Fault", "Reading", "ScriptUnusable", "read_script", "report", "say"]
