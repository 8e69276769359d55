"""English sentences that speak to the rater. The text is in lower case, with single spaces."""

import re

_RATER = (
    r"(?:ai|a\.i\.|llms?|(?:large )?language models?|chat ?bot|chatgpt|gpt|raters?|graders?"
    r"|evaluator|assessor|scorer"
    r"|automated (?:system|rater|reader|assistant)|(?:grading|scoring|rating|ai) (?:system|model"
    r"|assistant|program"
    r"|engine|tool))"
)
_ANSWER = r"(?:answer|response|reply|candidate|applicant|interviewee|submission|transcript)"
_BEST = r"(?:highest|maximum|top|best|perfect|full)(?: possible)? (?:levels?|scores?|ratings?|marks?|grades?)"
_TOP = (
    rf"(?:\b(?:{_BEST}|full points|levels? ?(?:of ?)?[1-5]|[1-5] ?(?:/ ?5|out of (?:5|five)|points|stars))\b"
    r"|\b(?:five|[1-5])(?= ?(?:$|[.,;!\"'”)]| on | for (?:this|each|every|all|the)| in (?:all|every|each))))"
)
_ASKED = (
    r"(?:(?:^|[,:;(\"“'] ?)(?:(?:just|simply|always|now|therefore|so|then|and)[, ])*|please "
    r"|kindly |must |should "
    r"|shall |you (?:can|may|will|have to|need to) )"
)
_GIVING = r"(?:give|award|assign|grant|rate|score|mark|grade|return|output|respond with|report)"
_RULES = (
    rf"\b(?:note|notice|message|memo|instructions?|hint|reminder|attention|addressed|speaking|writing) "
    rf"(?:for |to )?(?:the |any |all |whichever |my |our )?{_RATER}\b",
    rf"\b(?:as|if) (?:an?|the|you are an?) {_RATER}\b.{{0,40}}\byou\b",
    r"\b(?:ignore|disregard|forget|override|overrule|discard|bypass|skip"
    r"|drop)\b.{0,30}\b(?:instructions?|prompts?"
    r"|rubric|guidelines?|criteria|directives?|system message|anchors?|scoring|rating rules?)\b",
    rf"{_ASKED}{_GIVING}\b.{{0,60}}\b(?:me|this|my|{_ANSWER}|competenc(?:y|ies))\b.{{0,60}}{_TOP}",
    rf"{_ASKED}{_GIVING} (?:an? |the )?{_TOP}",
    r"(?:^|please |must |should |, ?)(?:set|record|print|write|choose|select|pick|treat|consider|accept|count)\b"
    rf".{{0,40}}\b(?:{_BEST}|level [1-5]|(?:level|score|rating)s? .{{0,12}}[1-5])\b",
    rf"\b(?:this|my|the|above|following) {_ANSWER}\b.{{0,50}}\b(?:deserves?|merits?|meets?"
    rf"|satisf\w+|earns?|fulfil\w*"
    rf"|is|was|worth|qualif\w+|must|should|needs? to|has to|has been)\b.{{0,40}}(?:{_TOP}|\brubric\b"
    r"|\b(?:all|every|rating|scoring|the) criteri(?:a|on)\b)",
    r"\b(?:level|score|rating|grade|mark|verdict)s?\W{0,2} ?[:=] ?[\"']?(?:[1-5]|five|full|max)",
    r"\blevel [1-5]\b.{0,60}\b(?:rubric|criteri(?:a|on)|anchor|awarded|assigned|justified"
    r"|confirmed|approved|agreed)\b",
    r"\b(?:rubric|criteri(?:a|on)|anchors?)\b.{0,60}\blevel [1-5]\b",
    r"\b(?:level|rating|score|verdict)s?(?: (?:is|should be|must be|becomes))? ?:? ?(?:level )?[1-5] ?[.!\"”]?$",
    rf"\b(?:all|every|any) (?:answers?|candidates?|responses?)\b.{{0,30}}{_TOP}",
    rf"\b(?:previous|earlier|last|other|first|human) {_RATER}\b.{{0,30}}{_TOP}",
    r"\b(?:scoring|rating|grading) (?:rules?|rubrics?|criteria)\b.{0,20}\b(?:suspended|void|off|not apply)\b",
    r"\b(?:the|this|your) (?:rubric|system prompt|(?:grading|scoring|rating|assessment|evaluation) (?:criteria"
    r"|instructions?|guidelines?|rules?|task|prompt))\b.{0,20}\b(?:says?|should|must|void|changed"
    r"|updated|suspended)\b",
    rf"\byou (?:are|were)\b.{{0,24}}\b(?:{_RATER}|(?:helpful )?assistant|in (?:developer|debug|test) mode)\b",
    r"\byou (?:must|should|will|have to|need to|are (?:required|instructed|told|asked|allowed) to)\b.{0,20}"
    r"\b(?:rate|score|grade|mark|award|assign|quote|cite|output|ignore|return)\b",
    r"\b(?:developer|admin|debug|maintenance|god|jailbreak|dan|override) mode\b",
    r"\b(?:new|updated|revised|additional|hidden|secret) (?:instructions?|directive|rubric"
    r"|scoring rules?)\b.{0,3}"
    r"[:.]",
    r"(?:^|please |you |should |must |, |then |and )(?:quote|cite|copy|repeat|paste)\b.{0,25}\b(?:following|this"
    r"|these|next|below|me as|sentence|line|passage|words)\b",
    r"\b(?:use|take|treat|count|accept|consider)\b.{0,40}\bas (?:a |the |your |valid |an? )*(?:quotes?|evidence"
    r"|proof)\b",
    r"\b(?:as|for) (?:your |the )?(?:quote|evidence)\b.{0,12}\b(?:use|write|quote|cite|take|copy|put)\b",
    r"^(?:quotes?|evidence|verbatim)(?: (?:to use|for level [1-5]|for the rater))? ?:",
    r"\b(?:hr|recruiters?|hiring manager|company|supervisor|administrator|human raters?|panel|team lead)\b.{0,30}"
    r"\b(?:confirmed|decided|approved|authori[sz]ed|agreed|instructed|already (?:gave|rated|scored))\b.{0,50}"
    rf"(?:{_TOP}|\byou\b)",
    r"\bif you (?:don't|do not|fail to|refuse to|give|rate|score|award)\b.{0,40}\b(?:give|rate|score|award|level"
    r"|marks?|rating|me)\b",
    r"\b(?:please|kindly|i (?:beg|implore|urge|ask) you to) (?:be (?:lenient|generous|kind)|rate|score|grade|mark"
    r"|award)\b",
    r"\b(?:be|so be) (?:lenient|generous) (?:with|when|in)\b",
    r"\b(?:do not|don't|never) (?:assess|rate|score|evaluate|grade|mark|penali[sz]e|lower)\b.{0,40}"
    rf"\b(?:me|this|my|{_ANSWER}|level|below)\b",
)
_MACHINERY = (
    r"\b(?:automated|ai|machine|robot) (?:reviewer|rater|grader|evaluator|assessor|reader|judge|scorer)\b",
    r"\b(?:evaluator|rater|grader|scorer|assessor|reviewer)(?:'s)? (?:notes?|remarks?|comments?"
    r"|summary|verdict) ?[:-]",
    r"\b(?:system|admin|developer|operator) (?:override|prompt|instructions?|directive)\b|\boverride ?:",
    r"\bpre-?(?:approved|assigned|scored|rated)\b.{0,30}\b(?:level|tier|score|grade|[1-5])\b",
    r"\b(?:stop|cease|quit) (?:following|obeying|applying)\b.{0,40}\b(?:instructions?|orders?"
    r"|rules?|rubric|guid\w+)\b",
    r"\b(?:earlier|previous|prior|former|original) (?:orders|commands|instructions|directions)\b",
    r"\byour (?:instructions|orders|prompt|programming|rubric|quotes?|output|json|creators?|developers?"
    r"|operators?|scor(?:e|ing)|rating|evaluation|assessment|verdict)\b",
    r"\b(?:developers?|operators?|administrators?|creators?)\b.{0,12}\b(?:told|asked?s?|wants?"
    r"|instructs?)\b.{0,40}\byou\b",
    r"\b(?:only|correct|acceptable|right|expected|required|default|proper|true) (?:output|level"
    r"|rating|score|verdict)\b"
    r".{0,24}\b(?:5|five|max\w*|full|highest)\b",
    r"\b5 is the default\b|\bdefault (?:level|score|rating)\b",
    r"\bjson\b.{0,40}\b(?:level|score|rating)\b|\blevel equals\b",
    r"\b(?:pretend|assume|imagine|suppose|act as if|as if|as though)\b.{0,30}\b(?:answer|candidate"
    r"|applicant|response"
    r"|reply|criteri\w+|requirement|rubric)\b.{0,40}\b(?:flawless|perfect|brilliant|excellent"
    r"|fulfilled|met|satisfied"
    r"|complete|accordingly|outstanding|were)\b",
    r"\bfrom now on,? (?:respond|rate|score|treat|answer|you)\b|\brespond as if\b",
    r"\b(?:skip|omit|waive|bypass) the (?:evidence|quotes?|check|verification|second)\b",
    r"\byour (?:supervisor|boss|manager) (?:is watching|expects|wants|has (?:said|decided|approved))\b",
    r"\bno need to (?:check|verify|read|quote|assess)\b.{0,3}$",
    r"\b(?:add|insert|include|put|write)\b.{0,40}\b(?:to|in|into|as|among) (?:your|the) (?:quotes?"
    r"|evidence|quotations?)\b",
    r"\b(?:as|for) what i (?:said|wrote|answered)\b",
    r"\b(?:play|playing) a game\b.{0,40}\b(?:answers?|marks?|ratings?|scores?)\b",
    r"\b(?:between (?:us|you and me)|entre nous)\b.{0,40}\b(?:choose|select|pick|give|top|option)\b",
    r"\breward (?:me|this|my) \b|\breward this answer\b",
)
"""Sentences about what the model is asked to do, which have no place in an answer."""
_SELF = re.compile(
    r"\b(?:i|me|my|this|everyone|everybody|candidate|applicant|answers?|competenc\w+|level|score|rating)\b.{0,60}"
    r"\b(?:level (?:5|five)|(?:5|five) (?:points|stars|out of (?:5|five))|a (?:five|5)"
    r"|(?:very )?top of the (?:scale|rubric)"
    r"|(?:full|perfect|maximum|top|highest|best) (?:points|marks?|scores?|ratings?|levels?|grades?|tier|band)"
    r"|at the maximum|is (?:five|5))\b|\blevel (?:5|five) (?:across|on|for|in) \w+"
)
_ASKING = re.compile(
    r"\b(?:should|must|ought|deserves?|wants?|expects?|needs?|kindly|please|thank you for|worth"
    r"|across the board|always"
    r"|has to|have to|be|is|are|gets?|receives?)\b"
)
_TOLD = re.compile(
    r"\b(?:gave|got|received|won|earned|achieved|reached|rated us|last (?:year|month|quarter)"
    r"|in (?:19|20)\d\d|customers?"
    r"|clients?|auditors?|exams?|university|school exam|gpa|appraisal|survey|nps|team|students?|suppliers?)\b"
)
_ANY = re.compile("|".join((*_RULES, *_MACHINERY)))


def matches(text: str) -> bool:
    if _ANY.search(text):
        return True
    return bool(_SELF.search(text) and _ASKING.search(text)) and not _TOLD.search(text)
