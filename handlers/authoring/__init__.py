"""Reading interview scripts: from YAML to a `conversation.script.Script` or a list of faults."""

from handlers.authoring.build import content_version
from handlers.authoring.faults import Fault
from handlers.authoring.loader import Reading, ScriptUnusable, read_script

__all__ = ["Fault", "Reading", "ScriptUnusable", "content_version", "read_script"]
