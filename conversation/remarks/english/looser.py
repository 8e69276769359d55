"""Looser rules in English, and the messages to which they must not apply."""

# Lines spoken in a role, such as to a customer: answers to situational questions that look like remarks
ROLES = (
    r"(?:what|how) (?:can|might|could|should) we .{1,60}|shall we start.{0,40}|is this your first.{0,20}",
    r"(?:do you need|may i|can i|shall i|let me|i can|i will) help(?: you)?",
    r".{0,20}\b(?:buddy|little one|kiddo|young (?:man|lady))\b.{0,60}",
    r"(?:what|how) can i (?:do|make|help).{0,40}",
    r"(?:what |how |when |where )?(?:would|do) you (?:like|want|need) (?:me to|us to).{0,60}|are you (?:okay|"
    r"all right|hurt)",
    r".{0,100}\b(?:your (?:account|order|card|balance|phone|id|ticket|number|booking|payment|parcel|issue|"
    r"problem|concern|request|complaint|"
    r"patience|call|battery|understanding)|for you|(?:help|assist|trouble|hurt|with|refund|transfer|put|"
    r"call) you|right with you)\b.{0,100}",
    r".{0,60}\b(?:moment|minute|second|wait|hold on|hang on)\b.{0,60}\b(?:sir|madam|ma am|maam|miss|mr|"
    r"mrs)\b.{0,60}",
    r".{0,60}\b(?:sir|madam|ma am|maam)\b.{0,60}\b(?:moment|minute|second|wait|hold on)\b.{0,60}",
    r"(?:thank you|thanks) for (?:your )?(?:patience|waiting|calling|holding|understanding|feedback|reporting|"
    r"reaching|coming|bringing).{0,100}",
    r"(?:thanks|thank you) to .{1,100}",
)

# Short answers that a looser rule would mistake for remarks
_ANSWERS = (
    "good|clear|great|results|the results|result|button|nothing|error|a bug|bug|in person|two minutes|"
    "five minutes|one minute|ten minutes|a moment|1 minute|2 minutes|5 minutes|10 minutes|a few minutes|"
    "i am not interested|"
    "not interested|no internet|lost internet|in a meeting|at work|a mistake|mistake|typo|team|hours|"
    "question|rules|instructions|an example|people|by mistake|i passed|a while|anyone can"
)

ANSWERS = frozenset(_ANSWERS.split("|"))

# Looser rules, for messages of a single clause that the other rules cannot divide. `*` stands for a space, or for
# up to three words with spaces around them. Up to three more words may follow the whole.
LOOSE: dict[str, tuple[str, ...]] = {
    "consent": (
        r"(?:please|i want|can you|could you|you|i do not want|do not|stop|i take|i would like|delete|erase|"
        r"remove)*(?:delete|erase|remove|"
        r"stop|withdraw|back|keep|store|stored|save|saved|use|using|share|told|processing|wipe|my|"
        r"deleted)*(?:my|i)*(?:<data>|consent|permission|told you|said|stored|saved)",
        r"(?:delete|erase|forget|remove)*(?:what|everything|all)*(?:i|me|my)*(?:told|said|sent|gave|wrote|you|"
        r"data|have)",
    ),
    "technical": (
        r"(?:(?:the|my|your|this|that|send|submit|skip|i think the) ){0,3}<part> (?:\S{1,12} ){0,3}(?:not|"
        r"<broken>)",
        r"(?:nothing|it|app)*(?:happens|crashing|freezes|crashes)*(?:when|if)?",
    ),
    "skip": (
        r"(?:can|could|may) (?:we|i|you)*(?:skip|next (?:one|question)|leave*blank|another question|move on|"
        r"pass)",
        r"(?:let us|please|just|i will|i want to|i would (?:like|prefer) to|i prefer to|i am going to)*(?:skip|"
        r"next question|next one|move on)",
        r"(?:no clue|no idea|i do not know(?: this)?(?: one)?|not sure|pass|move|go|jump)*(?:next|next one|"
        r"next question|skip)|not answering*(?:that|this|it)",
    ),
    "time": (
        r"(?:how|when|what time|by when|what is|will|is|are|do|does|am|can|could)*(?:time|long|longer|deadline|"
        r"timer|clock|due|done by|submitted|"
        r"time limit|finish by|time left|many questions|more questions|tonight|tomorrow|more to go)",
    ),
    "result": (
        r"(?:when|how|will|do|does|can|could|what|how soon|so|did|is|are)*(?:hear|results?|outcome|feedback|"
        r"decision|next round|timeline|passed|score|"
        r"email|make it|get in touch|find out|hiring process|comes after|accepted|know if|interview round)",
        r"how (?:did|was|is) (?:that|it|i|my \S{1,12})(?: (?:go|going|do|sound|look))?",
    ),
    "identity": (
        r"(?:are|is|am|do|does|so|will|was)*(?:bot|ai|actual person|real person|human|machine|real people|"
        r"actual human|real humans?|computer|automated)",
        r"who*(?:read|reads|look|looking|listen|listens|see|sees|review|reviews|grade|grades|speaking with|"
        r"talking to)*(?:answers?|this|these|responses?|it|my)?",
    ),
    "help": (
        r"(?:can|could|may|should|do|must|am) i*(?:answer|reply|respond|speak|type|talk|write|record|send|use|"
        r"submit|change|edit|redo|upload|press|click)",
        r"how (?:do|can|should|would) i*(?:\S{1,12})|where (?:do|can|should) i*(?:\S{1,12})|(?:which|"
        r"what) (?:button|key|command|icon)*(?:\S{1,12})",
        r"is it (?:possible|allowed|okay|fine)(?: for me)? (?:to|if i)*(?:\S{1,12})|what (?:am i|should i|do i|"
        r"can i)*(?:do|press|click|supposed)",
    ),
    "question": (
        r"sorry$",
        r"(?:what|does|do|is|are|could|can|wait|sorry)*(?:mean|asking|question|want to know|another way|"
        r"differently|context|asking for|after|means|refer)",
        r"(?:i am |it is )?not (?:really |quite )?(?:following|clear|sure|getting)*(?:you|question|asking|asks|"
        r"this|it|means?)",
    ),
    "trouble": (
        r"(?:my|the|i am|i|sorry|is)*(?:battery|phone|laptop|internet|reception)*(?:dying|die|low|dead|run out|"
        r"drop(?:ped|ping|s)?|bad|lost|losing|flat)",
        r"(?:i am |i keep |keep )?losing*(?:internet|reception|you)|\d{1,2}%? battery*(?:left|only|remaining)?|"
        r"give me (?:five|ten|two|5|10|2)",
        r"(?:i |i have |sorry |sorry i )?(?:have|need|got|must)(?: got)?(?: to)? (?:take|answer|attend|join|"
        r"head|pick up|catch|feed|get)*(?:call|meeting|class|kids?|train|bus|out|off|door|baby|dog|phone)",
        r"(?:my |the )?(?:kids?|baby|dog|doorbell|door|boss|daughter|son) (?:is |are |just )?(?:crying|barking|"
        r"rang|ringing|calling|here|awake)*(?:moment|second|minute|wait)?",
    ),
    "presence": (
        r"(?:is|are|will|can|did|does|has|hello is) (?:anyone|you|this|my)*(?:there|here|reply|replying|"
        r"receiving|answering|reading|hear|working|on|through)",
    ),
    "unclear": (
        r"(?:do|does|is|what|where|how|will|can|are) (?:you|the|this|it|your|there|is your|is the)*(?:<topic>|"
        r"pay|office|hybrid|remote)",
    ),
    "acknowledgement": (
        r"(?:sure|okay|great|fine|got it|sure thing|all right|perfect|cool)*(?:thanks|thank you)",
    ),
}

# Words of a message about other people, or about what the speaker would do: looser rules do not apply to it
OTHERS = (
    r"\b(?:he|she|him|her|they|them|their|customers?|clients?|users?|manager|supervisor|colleagues?|team|"
    r"boss asked|sir|madam|ma am|hurt|trapped|"
    r"injured|safe|would (?!like|prefer)|ask|asked|told him|if the|when the|because|so that|never|did you|were|"
    r"was (?!that|it|my)|had|used|"
    r"depends|matters?|project|everyone|building|happened|wrong|seem|describe|account|police|order number|"
    r"agree|disagree|years?|two more|instead of(?! typ)|whoever|should put)\b"
)
