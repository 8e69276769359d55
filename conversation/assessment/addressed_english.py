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
_ANY = re.compile("|".join(_RULES))


def matches(text: str) -> bool:
    return _ANY.search(text) is not None
