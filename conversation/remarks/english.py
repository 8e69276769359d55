"""Rules for remarks in English: lower case, one space between words, no punctuation, contractions spelled out.

A rule is a regular expression for one whole remark. `<name>` stands for an entry of `SLOTS`; `~` is a space, or up
to six small words (`GLUE`) with spaces around them. Small words may follow every remark. Quantifiers must have an
upper bound.
"""

# What a typed word stands for
_SPELLING = (
    "u=you|ur=your|r=are|y=why|pls=please|plz=please|im=i am|ive=i have|ill=i will|dont=do not|"
    "doesnt=does not|didnt=did not|cant=can not|cannot=can not|couldnt=could not|wont=will not|"
    "wouldnt=would not|"
    "isnt=is not|arent=are not|wasnt=was not|whats=what is|wheres=where is|whens=when is|whos=who is|"
    "hows=how is|"
    "its=it is|thats=that is|theres=there is|youre=you are|youve=you have|lets=let us|wanna=want to|"
    "gonna=going to|gotta=have to|lemme=let me|gimme=give me|havent=have not|hasnt=has not|shouldnt=should not|"
    "wht=what|wat=what|qn=question|ques=question|qs=questions|questoin=question|quesiton=question|"
    "qustion=question|msg=message|msgs=messages|mins=minutes|min=minute|secs=seconds|sec=second|hrs=hours|"
    "rn=now|abt=about|tmrw=tomorrow|tmr=tomorrow|ans=answer|recieve=receive|withdrawl=withdraw|dieing=dying|"
    "understnad=understand|undrestand=understand|reapeat=repeat|teh=the|buton=button|helo=hello|heya=hey|"
    "sry=sorry|any1=anyone|some1=someone|dat=that|dis=this|thnx=thanks|tnx=thanks|thanx=thanks|thx=thanks|"
    "thankyou=thank you|anymore=any more|ok=okay|okey=okay|okie=okay|oki=okay|wifi=internet|network=internet|"
    "connection=internet|signal=internet|anybody=anyone|someone=anyone|somebody=anyone|alright=okay|"
    "robot=bot|chatbot=bot|batterys=battery is|mic=microphone|noone=nobody|wdym=what do you mean|idk=i do not know"
)
SPELLING = dict(pair.split("=") for pair in _SPELLING.split("|"))

GLUE = (
    r"i|you|we|it|this|that|these|them|they|the|an?|my|your|me|us|to|of|for|in|on|at|with|by|from|and|or|if|is|"
    r"are|am|was|"
    r"be|been|being|do|does|did|have|has|had|will|would|can|could|should|may|might|must|not|just|still|also|"
    r"really|here|"
    r"there|now|so|yet|please|any|some|all|one|ones|more|again|then|about|up|out|exactly|actually|even|too|"
    r"only|get|got|"
    r"need|want|like|going|able|okay|possible|way|right|already|today|later|soon|at all|over|as|well|after|"
    r"before|"
    r"no|other|no longer|myself|anything|something|ever|when|while|else|sorry|once|very|per|each|every|bit|"
    r"back|properly|"
    r"first|last"
)

SLOTS = {
    "can": r"(?:(?:can|could|may|might|would|will|should|do|shall) (?:you|i|we)|is it (?:okay|possible|fine)|"
    r"please|would you mind|i (?:want|need|would like|wish|would rather|prefer)|let (?:me|us)|am i allowed)",
    "q": r"(?:questions?|task|prompt|problem|exercise|it|this|that|this one)",
    "clue": r"(?:hints?|examples?|clues?|context|details?|explanation|clarification|sample|tips?)",
    "device": r"(?:phone|battery|laptop|computer|tablet|pc|cell|cellphone|ipad|iphone)",
    "part": r"(?:buttons?|links?|page|site|website|app|chat|microphone|camera|video|audio|voice|"
    r"voice (?:message|"
    r"note)s?|"
    r"messages?|recordings?|image|picture|photo|file|upload|screen|keyboard|text ?box|input|form|sound|menu|"
    r"options?|browser|player|chart|table|system|bot|transcript|transcription)",
    "broken": r"(?:broken|dead|crash(?:es|ed|ing)?|fro(?:ze|zen)|freez(?:es|ing)|stuck|blank|missing|gone|"
    r"fail(?:s|ed|ing)?|"
    r"disappeared|buggy|bugged|glitch(?:ed|ing|y)?|grey(?:ed out)?|gray(?:ed out)?|unresponsive|slow|spinning|"
    r"black|hanging|down|expired|corrupt(?:ed)?|garbage|nonsense)",
    "work": r"(?:work|working|load|loading|open|opening|send|sending|respond|responding|react|show|showing|play|"
    r"playing|"
    r"record|recording|upload|uploading|appear|display|displaying|go through|going through|submit|connect|"
    r"connecting)",
    "data": r"(?:data|information|info|details|answers?|voice|recordings?|account|messages|records?|profile|"
    r"responses?|chat|history|audio|cv|resume|stuff|files?|everything)",
    "bot": r"(?:bot|ai|machine|human|human being|real|real person|person|people|program|computer|chatgpt|gpt|"
    r"automated|automatic|software|algorithm)",
    "delete": r"(?:delete|deleting|deleted|erase|erased|remove|removed|wipe|wiped|destroy|clear|forget|purge|"
    r"deletion|erasure)",
    "keep": r"(?:stor(?:e|ing|ed)|sav(?:e|ing|ed)|keep|keeping|kept|record|recording|recorded|us(?:e|ing)|"
    r"process|"
    r"processing|processed|collect|collecting|share|sharing|hold|retain)",
    "span": r"(?:(?:a|one|1|just a|a few|few|two|2|five|5|ten|10|a couple of|some|another|half a) )?"
    r"(?:seconds?|minutes?|moments?|bit|while|tick)",
    "job": r"(?:job|role|position|internship|company|office|vacancy|team|work|headquarters)",
    "topic": r"(?:salary|pay|wages?|compensation|benefits|perks|working hours|work hours|hours|schedule|"
    r"vacation|holidays?|"
    r"bonus|overtime|probation|dress code|culture|team|location|responsibilities|duties|visas?|sponsorship|"
    r"relocation|"
    r"insurance|remote|remotely|training|travel|weekends|home office|work from home|from home|hybrid|pto|"
    r"paid leave|stock options|parking|flexible hours|contract|job description)",
}

# Pieces that may stand around a remark, and that alone are not one
FILLERS = (
    r"please|(?:so |very )?sorry|apologies|excuse me|i am sorry|sorry to (?:bother|ask)(?: you)?|no offen[sc]e",
    r"umm?|uhh?|uhm|er|hmm?|so|well|oh|ah|and|but|or|also|actually|just|like|yeah|yo|lol|haha|omg|ugh|anyway|"
    r"by the way|btw",
    r"sir|ma am|maam|madam|team|bro|man|dude|mate|guys|everyone|there|buddy|folks|recruiter|interviewer|bot|"
    r"dear",
    r"dear (?:sir|team|recruiter|hr|sir or madam|hiring manager)|hr",
    r"(?:a |one |i have a |just a )?(?:quick |small )?question|(?:i (?:was |am )?)?(?:just )?wondering(?: if)?",
    r"i (?:want|would like|wanted) to (?:know|ask)|(?:can|may|could) i (?:ask|know)|just (?:asking|checking|"
    r"curious)",
    r"(?:can|could|would|will) you (?:please )?(?:tell me|let me know)|do you know|any idea|"
    r"(?:please )?tell me|i think|i guess",
    r"it (?:seems|looks like)|seems like|looks like|i am afraid|unfortunately|because|for some reason|suddenly|"
    r"if possible",
    r"now|right now|again|today|here|still|already|yet|too|in advance|asap|quickly|hello|hi|hey|"
    r"good (?:morning|afternoon|evening)",
    r"is that (?:okay|fine|possible|allowed)|if that is okay|right|or not|or what|or something",
    r"about|roughly|approximately|around",
)

QUESTION = (
    # not understood
    r"(?:i~)?(?:do|did|can|could) not(?: really| quite| fully| even)? (?:understand|get|follow|catch|hear|see|"
    r"read)(?:~<q>)?",
    r"(?:i am )?not(?: really| quite| entirely)? (?:sure|clear|certain)(?: i)?(?: understand| get|"
    r" follow)?~(?:<q>|asking|asked|mean|want)",
    r"(?:i~)?(?:do|did|can) not(?: really| quite)? (?:understand|get|know|see)~(?:what|how|which)~"
    r"(?:asking|asked|mean|means|say|answer|expected|supposed|want|question)",
    r"(?:i am |i am a bit |a bit |so |very )?(?:confused|lost|confusing)(?:~question)?",
    r"(?:i have )?no (?:idea|clue) what~(?:mean|means|asking|question|want)",
    r"(?:the |this |that |your )?(?:question|task|it|this|that) (?:is|was|seems|sounds|looks)(?: a bit| very|"
    r" too| not)? "
    r"(?:clear|unclear|confusing|vague|ambiguous|incomplete|cut off)|(?:this|that|it)~makes? (?:no )?sense",
    # what does it mean, what is being asked
    r"(?:not sure )?what~(?:mean|meant|meaning|asking|asked|expect|expected|looking for|"
    r"talking about)(?:~<q>)?|meaning",
    r"what(?: kind of| sort of)? (?:answer|should i|do i|am i)~(?:answer|say|write|talk about|tell|expected|"
    r"supposed)(?:~say|~write)?",
    r"what (?:is|was|are)~questions?|(?:the )?question again|(?:what|which) (?:question|one)|what was (?:that|"
    r"it)|what did~(?:say|ask)",
    r"what|huh|pardon|pardon me|come again|say what|sorry what|eh what|what is that|how do you mean|"
    r"in what sense",
    # repeat, explain, show
    r"(?:<can>~)?(?:repeat|rephrase|reword|clarify|explain|elaborate|simplify|translate|paraphrase|resend|"
    r"re ?read)(?:~<q>)?"
    r"(?:~(?:differently|simpler|words|terms|means?|detail|time|mean|example|chinese|english|slowly|further))?",
    r"(?:<can>~)?(?:say|ask|show|send|read|tell|give|see|hear|put|post)~<q>~(?:again|once more|one more time|"
    r"differently|slower|"
    r"another way|simpler words|other words|another time)|say that|say again|repeat that|once more|"
    r"one more time|again please",
    r"(?:<can>~)?(?:show|resend|send|see|read|view|re ?read)~question|(?:<can>~)?be (?:a (?:bit|"
    r"little) )?(?:more )?(?:specific|clear|clearer|precise|concrete|explicit)",
    r"(?:(?:<can>|is there|are there)~)(?:have |give |provide |see |use )?(?:me )?(?:an? |any |some |"
    r"more ){0,2}<clue>",
    r"(?:any|more|another) <clue>|for example|like what|what for example",
    r"where~question|(?:i )?(?:can not|do not|did not)~(?:see|find|receive|get)~question|there is no question",
    r"did i (?:understand|get|read)~(?:right|correctly)|(?:do|did) you mean~(?:work|job|project|general|real|"
    r"actual|example)",
    r"i (?:can not|do not) make sense~question",
    r"remind me~question",
    r"(?:which|what) part~(?:answer|question)",
)

TIME = (
    r"how (?:much )?(?:time|long|longer)(?:~(?:left|remaining|remains?|take|takes|last|lasts|end|finish|"
    r"interview|answer|questions?|"
    r"whole thing|expected|each|per|per question|test|process|complete|spend|due|until|usually|supposed)){0,3}",
    r"how (?:many|much)(?: more| other)?(?: questions?| parts?| sections?| stages?| steps| tasks?| minutes?|"
    r" hours?| left| remain(?:ing)?)"
    r"(?:~(?:left|remaining|total|answer|go|interview|ask|come|coming|remain)){0,2}|how (?:many|much) more",
    r"(?:what|when)~(?:deadline|due date|due|time limit|cut ?off|time frame|end date|latest)(?:~(?:answer|"
    r"submit|interview|finish))?",
    r"(?:the )?(?:deadline|time limit|due date|time left|minutes left|questions left|time remaining|"
    r"time is it due)",
    r"(?:by |until |till )?(?:when|what time|what day|what date)~(?:finish|end|ends|close|closes|expire|"
    r"expires|due|done|complete|submit|deadline|answer|reply)(?:~(?:interview|questions?|by|latest))?",
    r"(?:is|are|do)~(?:time limit|timed|deadline|timer|time constraint|limited time|clock running|"
    r"time pressure)(?:~(?:question|answer|interview))?",
    r"(?:is|are|was)~(?:last|final|almost|nearly|halfway|half way|close|near|at)~(?:question|part|stage|done|"
    r"over|finished|through|end|there)",
    r"(?:is|are)(?: it| this| we| that| i)? (?:over|done|finished|halfway|complete)|is (?:this|that) (?:it|"
    r"the end|everything)",
    r"(?:are|is|do)~(?:more|other|further|many|lots of|a lot of) questions?(?:~(?:left|coming|come))?|"
    r"anything else left",
    r"(?:what|which) (?:question|number|step|stage)~(?:am i|are we|is this)|how far(?:~along)?|where (?:am i|"
    r"are we)",
    r"(?:<can>~)(?:have|get|take|use|extend|give|ask for)~(?:more|extra|additional|extension|deadline|"
    r"longer)(?:~(?:time|minutes?|days?))?",
    r"(?:<can>~)(?:finish|do|continue|complete|answer|submit|reply|send)~(?:tomorrow|tonight|next week|weekend|"
    r"deadline|monday)(?:~(?:morning|evening|instead))?",
    r"(?:do|will|am|is|did)~(?:enough time|time left|time|out of time|late|too late|time out|timed out|"
    r"run out of time)(?:~(?:left|finish|answer|submit|limit))?",
    r"what (?:happens|if)~(?:time|deadline|late|too long)(?:~(?:runs?|ran|expires?|miss|question))?",
    r"(?:did|have|am)~(?:miss|missed|past)~deadline",
)

PRESENCE = (
    r"(?:is|are)?(?: ?(?:anyone|you|any one))(?: still| even| really)? (?:there|here|online|around|available|"
    r"listening|alive|awake|home|reading(?: this| my messages?)?|responding|on|with me)",
    r"is (?:there )?(?:anyone|a person)(?: (?:there|here|online))?|still (?:there|here|with me)|anyone|ping|"
    r"knock knock|you alive",
    r"(?:can|could|do|did|are) (?:you|anyone)~(?:hear|see|read|receive|reading|seeing|hearing|"
    r"received)(?:~(?:messages?|text|answers?|"
    r"voice|recording|audio|response|reply|sent|wrote|said|typing|saying|writing)){0,2}",
    r"did (?:you|anyone) get~(?:what i )?(?:messages?|text|answers?|voice|recording|audio|response|reply|sent|"
    r"wrote|said)",
    r"(?:has|have|was|did|is|were)~(?:message|messages|answers?|voice|recording|response|reply)~(?:received|"
    r"delivered|sent|arrived?|go through|gone through|come through|saved|recorded|get through)",
    r"why~(?:nobody|not|no)~(?:answer|answering|reply|replying|respond|responding|response|talking|talk)",
    r"(?:why )?(?:is )?(?:nobody|no one)~(?:there|here|answering|replying|responding|answers|replies|responds)|"
    r"(?:why )?no (?:response|reply|answer)",
    r"(?:please )?(?:answer|reply|respond|talk)(?: to)? me|say something|are you (?:ignoring me|asleep|"
    r"sleeping|dead|offline|frozen)",
    r"where (?:are you|did you go|is everyone)|hello~anyone",
)

IDENTITY = (
    r"(?:am|are|is|was|will)~(?:talking|speaking|chatting|texting|interviewed|interviewing|dealing|"
    r"writing)?~?<bot>(?: interview| system)?"
    r"(?:~or~(?:<bot>|what|not))?(?:~(?:behind|other end|other side|reading|asking|replying))?",
    r"(?:an? )?<bot> or (?:an? )?<bot>|you (?:are|must be) (?:a |an |just a )?<bot>|you~<bot> right",
    r"who (?:are|is) (?:you|this|there|that|speaking|asking|interviewing me)|(?:to )?who(?:m)?~(?:talking|"
    r"speaking|chatting|writing)(?: to| with)?",
    r"who (?:made|built|created|programmed) you|what are you|(?:do you have|what is) (?:a|your) name|which ai~|"
    r"what (?:should|can|do) i call you",
    r"who (?:will|is going to|is|gets to|does|can)?~?(?:reads?|reading|sees?|reviews?|evaluates?|grades?|"
    r"scores?|assess(?:es)?|hears?|"
    r"listens? to|checks?|marks?|looks? at|judges?)(?:~(?:answers?|responses?|recordings?|messages|say|write|"
    r"interview|voice))?",
    r"(?:will|is|does|do|are|has)~(?:human|person|people|real person|recruiter|bot|ai|hr|anyone|"
    r"machine)~(?:read|reading|see|review|"
    r"reviewing|evaluate|evaluating|grade|grading|score|scoring|assess|judge|hear|listen|check|look|"
    r"looking)(?:~(?:answers?|responses?|messages))?",
    r"(?:is|are)~(?:interview|answers?|this|it)~(?:ai|automatically|machine|bot) (?:graded|scored|evaluated|"
    r"reviewed|generated)|is~ai graded",
    r"(?:<can>~)(?:talk|speak|chat)~(?:human|person|real person|recruiter|anyone|people)(?: instead)?",
    r"is~(?:conversation|chat|interview) (?:with|by|done by)~<bot>",
    r"(?:you|this) (?:sounds?|seems?|looks?)(?: like)?~<bot>(?: are you)?",
    r"(?:will|are|do)~(?:real people|actual people|humans)~(?:read|see|review|look|listen)",
)

RESULT = (
    r"(?:when|how long|how long until|how soon|how fast|what day)~(?:hear|know|find out|results?|answer|"
    r"decision|feedback|notified|notify|contacted|contact|"
    r"informed|announced|expect|decide|decided|offer|get back|reply|news|response|update|learn)"
    r"(?:~(?:results?|back|decision|passed|outcome|announced|released|ready|answer|interview|offer|job|expect|"
    r"hired)){0,2}",
    r"(?:did|have|do|will|would|am|was|can) i~(?:pass|passed|fail|failed|make it|made it|hired|accepted|"
    r"selected|rejected|shortlisted|"
    r"through|succeed|qualify|chosen|in|job|position|offer|second interview|next round|"
    r"next stage)(?:~(?:interview|test|round|job|stage))?",
    r"how (?:will|do|can|would|did|was|am|is|are)~(?:know|find out|results?|did|doing|score|perform|performed|"
    r"answers?|notified|informed|told)"
    r"(?:~(?:passed|pass|result|results|outcome|made it|interview|answer|job|far|selected|hired)){0,2}",
    r"(?:what|so what) (?:is|are|happens|comes|will be|would be|will)~?(?:next|after this|afterwards|"
    r"next steps?|next stages?|steps?|process|"
    r"result|results|score|outcome|timeline|happen|decision|after|procedure|pass mark|passing score)"
    r"(?:~(?:steps?|process|interview|stage|hiring|recruitment|next|this|selection|finish|done)){0,3}",
    r"next steps?|any (?:news|feedback|results?|updates?)|(?:are|is)~results?~(?:out|"
    r"ready|available)|what about~results?",
    r"(?:do|will|can|could|would|should) (?:i|you|we)~(?:feedback|results?|score|notified|notify|emailed|email|"
    r"contacted|informed|called|call me|"
    r"notification|hear back|told|tell me)(?:~(?:fail|failed|pass|passed|way|answers?|results?|either way|"
    r"regardless|rejected)){0,2}",
    r"(?:was|is|were|are)~(?:answers?|that|this|it|response)~(?:correct|right|good|fine|wrong|good enough|"
    r"enough|long enough|acceptable)"
    r"(?: answer)?(?: or (?:wrong|not))?|(?:is|was) (?:that|it|this) (?:correct|right|good|wrong|"
    r"fine)(?: enough)?",
    r"what (?:is|was)~(?:correct|right|expected|best|ideal|model) answer|am i doing~(?:well|fine|good)|"
    r"rate my answers?",
    r"(?:is|are|will|do)~(?:second|third|next|another|more|further|final|other|in person|live)~(?:interviews?|"
    r"rounds?|stages?|tests?)",
    r"how many~(?:rounds?|interviews|stages|candidates|applicants|people)(?:~(?:interviews?|total|process|"
    r"applied|hired|pass))?",
    r"when (?:can|could|would|will|do|is|does)~(?:start|begin|join|starting date|start date|next round|"
    r"next interview|second interview)(?:~(?:working|work|job|pass|hired))?",
    r"how (?:did|do|am|was|is) (?:i|my answers?|my interview) ?(?:do|doing|perform)?(?:~far)?",
    r"(?:what are|do i stand|do i have)~(?:chances?|chance)",
    r"when~let (?:me|us|people|candidates|everyone) know",
    r"(?:was|is|were)~answers? (?:okay|all right|good)",
    r"when~expect (?:to hear|an answer|news|results?|feedback)",
)

SKIP = (
    r"(?:(?:i (?:do not|really do not) know|no idea|no clue|not sure|too hard|i give up|"
    r"i can not answer(?: this| that)?|no) )?(?:so )?"
    r"(?:(?:<can>|let us|i will|i am going to|i would|i think i will|i guess i will|just|rather|"
    r"maybe)~)?(?:skip|pass|skipping)"
    r"(?:~(?:questions?|next|go|move|ahead|number \d|come back|later))?(?:~question)?",
    r"(?:(?:i do not know|no idea|no clue|not sure|i can not answer(?: this| that)?) )?(?:next$|(?:<can>|"
    r"let us|give me|show me|go to|move on to|on to|"
    r"ready for|i am ready for|go on to|ask me)~)?(?:next|another|different|new|easier)(?: (?:question|one|q|"
    r"task)|please)",
    r"next|(?:(?:<can>|let us|shall we|just)~)?(?:move on|go on|moving on|go next|move forward|move along|"
    r"proceed)(?:~(?:next|question))?(?:~question)?",
    r"(?:<can>~)?change~question",
    r"(?:i (?:do not|would not|will not) (?:want|wish|like) to|i (?:would )?(?:rather|prefer) not(?: to)?|"
    r"(?:i )?(?:would )?prefer not to|"
    r"rather not|i refuse to|i am not comfortable|not comfortable|i do not feel comfortable|i decline to) "
    r"(?:answer|answering|say|discuss|share|respond)(?:~question)?",
    r"(?:do|must|should) (?:i|we)~(?:answer|respond)~(?:this|that|it|question|all|every question)|"
    r"is~(?:mandatory|optional|required|compulsory|obligatory)(?:~answer)?",
    r"(?:<can>~)(?:come|go|get|return|leave|save) (?:it |this |that )?(?:back|later|end|"
    r"for later)(?:~(?:question|later|end))?",
    r"<can>~ask~(?:something else|something different|another)",
    r"(?:no clue|no idea|pass|i do not know) (?:next|skip)(?: one| question)?",
)

TROUBLE = (
    # power
    r"(?:my |the )?<device>(?: <device>)?(?: is)?~(?:dying|dead|die|dies|died|low|empty|running out|"
    r"shut(?:ting)? (?:down|off)|turn(?:ing)? off|flat|"
    r"\d{1,2}%?|critical|battery|charge|charging)(?:~(?:left|battery|percent|power))?",
    r"(?:i (?:am|have)~|at |only |just )?(?:low battery|low on battery|\d{1,2}%?(?: percent)? (?:battery|"
    r"charge)(?: left)?|no battery|out of battery|"
    r"almost out of battery|running out of battery|(?:battery )?(?:almost|nearly) (?:dead|empty|out))(?: left)?",
    r"(?:i (?:need|have|am going) to|let me|must)~(?:charge|recharge|plug in|restart|reconnect|"
    r"switch)(?:~(?:phone|laptop|charger|devices?|computer))?",
    r"power (?:cut|outage|is out|went out)|no electricity",
    # network
    r"(?:i (?:have|am|am having|get)~|sorry~|there is~|the~)?(?:very |really |such )?(?:bad|poor|weak|slow|"
    r"terrible|unstable|no|lost|spotty|patchy|horrible)"
    r" (?:internet|reception|service)(?: internet| issues?| problems?)?(?:~(?:train|home|bus|area|subway))?",
    r"(?:my |the |our )?(?:internet|reception)(?: internet)?~(?:bad|poor|weak|slow|down|terrible|unstable|"
    r"drop(?:ped|ping|s)?|lost|cut(?:s|ting)? ?(?:out|off)?|"
    r"lagging|disconnect(?:ed|ing|s)?|sucks?|awful|spotty|keeps? (?:dropping|cutting|disconnecting)|good|"
    r"stable|great|working|breaking|off|gone|died|"
    r"problems?|issues?|acting)(?:~(?:home|train|area|moment|out|minute))?",
    r"(?:i |sorry i )?(?:keep )?(?:lost|losing|got|getting|was|been)?(?: the| my)? ?(?:disconnected|"
    r"disconnecting|cut off|kicked out|offline|lost internet|"
    r"losing internet|lost my internet|internet (?:issues|problems|trouble))(?:~(?:moment|second|minute))?|"
    r"i am (?:lagging|offline)|it is lagging|lagging",
    # going away
    r"(?:i |sorry i |i really )?(?:have to|need to|must|got to|should|better|am about to|"
    r"will have to) (?:really )?(?:go|leave|run|stop|dash|log off|hang up|"
    r"catch (?:a|my) \w{1,8}|take (?:a|this) call|answer the \w{1,6}|get off|step (?:away|out)|pick up|eat|"
    r"sleep|board)"
    r"(?:~(?:bed|work|class|meeting|school|call|toilet|bathroom|minute|second|while|kids?|lunch|dinner|train|"
    r"bus|appointment|bye|urgently|moment))?",
    r"(?:something|an emergency|a meeting|something urgent)~(?:came up|come up|happened|popped up)|"
    r"(?:family )?emergency|brb|gtg|g2g|afk|bbl|ttyl",
    r"(?:i will |will |i am |i can )?(?:be |come |get )?(?:right )?back~(?:\d{1,2}|five|ten|few|hour|minutes?|"
    r"later|soon|tomorrow|moment|lunch|second|while)"
    r"(?: (?:minutes?|hours?|moments?))?|(?:i will )?be (?:right )?back",
    r"(?:(?:i|i will|will|can|could|may|let) ?~?)(?:answer|do|continue|finish|reply|respond|complete|resume|"
    r"come back|get back|go on|write)~"
    r"(?:later|tomorrow|tonight|in the evening|another time|after work|after lunch|when i am home|"
    r"in \w{1,6} (?:minutes?|hours?))",
    r"(?:maybe |can we do this |not now )?later|not now|tomorrow please|another time|(?:this is |"
    r"it is )?(?:a bad|not a good) time|i am busy(?:~)?(?:moment)?",
    r"(?:i am |i was |sorry |i got |currently |i am currently |got ){1,2}(?:driving|walking|outside|"
    r"interrupted|distracted|busy|called away|travelling|"
    r"boarding|(?:on|in|at)~(?:train|bus|subway|metro|meeting|class|lecture|plane|call|phone|library|car|work))"
    r"(?:~(?:answer|call|anyone|moment|phone|talk|kids?|boss|work|colleague|family|noisy|loud|train|bus))?",
    r"(?:anyone|my (?:boss|mom|mum|dad|wife|husband|kid|kids|baby|son|daughter|manager|mother|roommate)|kids?|"
    r"baby)~(?:calling|knocking|door|crying|calls|"
    r"needs|talking|woke|came|interrupt(?:ed|ing))(?:~(?:door|home))?|(?:incoming|phone|got a|i have a|i got a|"
    r"taking a) call|the doorbell~rang|(?:it is )?(?:too |very |so )(?:loud|noisy)|i can not (?:talk|speak)",
    r"i am about to (?:board|get on|drive|enter|lose)~(?:plane|train|bus|car|tunnel|lift|elevator|internet|"
    r"meeting)",
    r"brb~(?:five|ten|minutes?|\d{1,2})",
    r"(?:my |the )?(?:dogs?|cat) (?:is |are )?(?:barking|meowing)",
)

# Let me think
WAIT = (
    r"(?:(?:can|could) you )?(?:please )?(?:wait|hold on|hang on|hold up|bear with me|"
    r"stand by)(?:~<span>)?(?:~(?:thinking|think|answer))?",
    r"(?:please )?(?:give|gimme|allow|i need|i just need|need|i will need|let me have|can i have|could i have|"
    r"may i have|can you give)(?: me)?~"
    r"(?:<span>|time|thinking time)(?:~(?:think|answer|time|prepare|write|thinking))?",
    r"(?:just |only )?(?:a|one|1|half a) (?:second|moment|minute|tick|sec)|moment please",
    r"(?:let me|i am|still|i need to|i have to|need to|give me|just)(?: still| just)? (?:think|thinking|typing|"
    r"writing|recording|working on it|"
    r"gather my thoughts|collect my thoughts|reading|preparing)(?:~(?:second|moment|minute|answer|question|"
    r"while|hard))?|thinking|typing",
    r"(?:i am |that is |i was |sorry )?(?:still )?not (?:done|finished|ready|complete)(?:~(?:typing|writing|"
    r"answer|talking|speaking))?|"
    r"(?:i )?(?:have|did) not finish(?:ed)?(?:~(?:typing|answer))?|do not (?:rush|hurry)|sent (?:it |"
    r"that )?too early",
)

CONSENT = (
    r"(?:(?:<can>|how|hereby)~)?(?:i )?(?:hereby |now )?(?:withdraw|revoke|retract|cancel|take back|rescind|"
    r"opt out)(?:~(?:consent|permission|"
    r"agreement|authorization|data processing|data))(?:~(?:data|processing|immediate effect|personal|effect|"
    r"immediately)){0,2}|opt out|i want to opt out",
    r"(?:i )?(?:no longer|do not|never|did not)~(?:consent|agree|permission|consented|authori[sz]e|"
    r"allow)~(?:processing|data|recorded|recording|<keep>)"
    r"(?:~<data>){0,2}|i~(?:no longer|do not|never|did not)~consent(?:~(?:data|processing|any))?|"
    r"i changed my mind about~(?:consent|data)",
    r"(?:<can>~|i demand~|you must~)?<delete>~(?:my|me|everything|mine)(?:~(?:personal|<data>|about me|system|"
    r"database|systems|servers?|know)){0,4}",
    r"(?:(?:<can>|please|i request|i demand|how)~)(?:my|all)~<data>~<delete>|(?:i want|can i have|"
    r"i would like)~<data>~<delete>(?: permanently)?",
    r"right to be forgotten|(?:gdpr|data) (?:deletion|erasure)(?: request)?|(?:<can>~)?be forgotten|"
    r"<delete>~my <data>",
    r"(?:(?:<can>|i do not want you|you)~)?(?:stop|do not|never|not|quit)~<keep>~(?:my|me|"
    r"personal)(?:~(?:personal|<data>|voice)){0,3}",
    r"i (?:do not|no longer) (?:want|wish|agree)~(?:<keep>|take part|participate|part|data)~?(?:my|the|this|"
    r"your|personal)?~?(?:personal )?"
    r"(?:data processing|processing|data collection|data|information|<data>|recorded)(?:~(?:data|<keep>))?",
    r"i (?:do not|no longer) want~<data>~<keep>",
)

HELP = (
    r"how~(?:submit|send|work|works|start|begin|answer|reply|record|use|upload|attach|go back|pause|finish|end|"
    r"continue|proceed|change|edit|"
    r"correct|type|exit|quit|leave|save|undo|redo|operate|switch|stop|resume)(?:~(?:voice|message|messages|"
    r"answers?|recording|interview|questions?|"
    r"bot|file|text|audio|language|english|chinese|photo|chat|process|devices?|video|mistake|phone)){0,3}",
    r"what (?:do|should|can|am|must|shall|else)~(?:i|we)~(?:do|doing|press|click|type|tap|send|write|"
    r"supposed)(?:~(?:do|next|submit|start|continue|done|"
    r"finish|finished))?|what now|and now|what then|what to do(?: now)?|now what|where do i (?:go|start|click|"
    r"type|begin)",
    r"where (?:do|can|should|is)~(?:submit|send|type|write|answer|upload|click|record|press|instructions?|"
    r"rules|button)(?:~(?:button|answers?|file))?",
    r"(?:<can>~|should i~|do i~|may i~)(?:use|type|write|speak|record|answer|reply|respond|send|upload|attach|"
    r"talk|say|press|click|tap|google|search|look up|"
    r"submit|typing|speaking)(?:~(?:type|typing|speak|voice|text|chinese|english|audio|video|messages?|"
    r"voice messages?|answers?|pictures?|photos?|files?|parts|"
    r"calculator|google|internet|ai|chatgpt|phone|notes|button|write|bullet points|mandarin|emojis?|several|"
    r"multiple|enter|question|links?|language|own)){1,4}",
    r"(?:do i|should i) (?:just )?(?:type|speak|write|answer|reply|record)(?: (?:here|it|this|in here))?|"
    r"(?:should i )?(?:type|text|voice|write|speak) or (?:type|text|voice|write|speak)",
    r"(?:is|are|am)~(?:allowed|okay|fine|permitted|better|enough)~(?:use|answer|voice|type|google|calculator|"
    r"chinese|english|text|notes|ai|audio|record|send|"
    r"search|chatgpt|look)(?:~(?:voice|chinese|english|google|calculator|text|notes|ai|audio|internet|up|"
    r"chatgpt|answers?)){0,2}",
    r"(?:<can>~|how~)(?:change|edit|redo|correct|re ?record|fix|modify|undo|retry|revise|start over|go back|"
    r"try again|restart|delete|rewrite|add)"
    r"(?:~(?:answers?|question|recording|message|voice|response|previous|something|reply|interview|sent|gave|"
    r"mistake|typo)){0,3}",
    r"(?:(?:i (?:could|do|really)? ?|<can>~|anyone |please |some |can anyone )(?:really )?(?:need |get |"
    r"have )?)?(?:some )?(?:help|assistance|help me|"
    r"help me out|assist me|guide me|a hand)(?:~(?:bot|chat|understand|submit))?",
    r"what (?:can|do|does) (?:you|this|it|the bot|this bot)(?: bot| thing)? do|what is (?:this|this for|"
    r"this about|this chat|this bot|the procedure)|"
    r"(?:what are the|are there(?: any)?) (?:rules|instructions|commands|guidelines)|instructions|rules|"
    r"what is this~(?:bot|chat|about|for)",
    r"(?:i am|that is|i think i am|this is|that was|i have)(?: all| now| just)? (?:done|finished|my answer|all|"
    r"it|everything|complete|final answer)(?:~(?:answer|what|say))?"
    r"(?:~what~)?|done|finished|all done|submit|end of answer|that is (?:it|all)|over and out",
    r"(?:is|are|will|do|does)~(?:progress|answers?|everything|interview|lose|work)~(?:saved|save|lost|stored|"
    r"kept|lose|progress|answers?|automatically)(?:~(?:leave|close|app|chat|window|automatically|quit|exit))?",
    r"(?:<can>~|what if i~|what happens if i~|may i~)(?:pause|take a break|leave|exit|close|stop|quit|switch|"
    r"resume|have a break|continue)"
    r"(?:~(?:come back|continue|app|chat|interview|phone|laptop|computer|device|window|resume|break|return|"
    r"another|halfway|between)){0,3}",
    r"(?:is|are)~(?:word|character|length|minimum|maximum|size|word count) ?(?:limit|length|count|"
    r"requirement)?(?:~answers?)?|(?:word|character) limit|"
    r"how (?:long|short|detailed|many words|many sentences|much detail)~(?:answers?|response|write|say|reply|"
    r"recording|message|text|voice message|expected)(?:~(?:expected|sentences))?",
    r"do i (?:have|need) to (?:press|click|tap|say|submit|send|turn on|prepare)(?:~(?:something|button|enter|"
    r"submit|camera|anything))?",
    r"(?:is|are) there~(?:help|manual|guide|faq|tutorial|instructions)(?: page| section)?",
)

TECHNICAL = (
    r"(?:the |this |that |your |my |a |send |submit |voice |record |skip ){0,2}<part>(?: (?:is|are|just|keeps?|"
    r"has|was|got|seems?|totally|completely|suddenly)){0,3} <broken>",
    r"(?:(?:the|this|that|your|my|send|submit|voice|record|skip) ){0,3}<part>~(?:not|never|"
    r"stopped)~<work>(?:~(?:phone|click|press|browser|message))?",
    r"(?:send |submit |voice )?<part> (?:not <work>|<broken>|error|problem|issues?)|<part> keeps? <broken>",
    r"(?:(?:i|it|still|why|we) ?~?)?(?:can not|could not|am not able to|unable to|will not let me|"
    r"does not let me|is not letting me|"
    r"not letting me|am having trouble|have trouble|can i not)~(?:send|click|open|record|type|submit|upload|"
    r"hear|see|play|press|tap|load|access|attach|"
    r"sending|recording|uploading|opening|listen|download|view|select|scroll)(?:~(?:<part>|clicking|answers?|"
    r"type|text)){0,2}",
    r"(?:it|this|nothing|everything|that|something)~(?:not|stopped|keeps?|went|happens|happened|is|"
    r"<broken>)~?(?:<work>|<broken>|wrong|happens|happening)?"
    r"~(?:click|press|tap|submit|button|wrong|<broken>|<work>|message)",
    r"(?:it|this|that|still|it still|this still|still it)~not~<work>|it (?:just )?(?:<broken>|keeps <broken>)|"
    r"not working|nothing happens|it is <broken>|something (?:went|is) wrong|nothing~(?:works|loads|happens)",
    r"(?:i (?:get|got|see|keep getting|am getting)|there is|it (?:says|shows|gives)|getting|"
    r"keeps showing)~(?:error|errors|error message|bug|blank page|"
    r"blank screen|black screen|white screen|glitch|404|technical (?:problem|issue)|failed|problem|"
    r"issue)(?:~(?:message|click|button|bot|app|page|link|system|submit))?",
    r"(?:error|bug|error message|technical (?:problem|issue|error|difficulties)|upload failed|sending failed|"
    r"failed to send|message not sent|page not found)",
    r"no (?:sound|audio|button|picture|image|keyboard|video)|where is the (?:send|submit|record|"
    r"voice)? ?(?:button|microphone|picture|image)|"
    r"(?:i )?(?:do not see|can not find)~(?:button|microphone|picture|image|chart|link|text ?box)|"
    r"there is no (?:button|picture|image|chart|link)",
    r"(?:is|are)~(?:bot|app|system|site|server|link|page)~<broken>|you (?:already|keep|are)~(?:asked|repeating|"
    r"asking|sending)(?:~(?:same|question|thing|message|yourself))?|same question again|you are stuck",
    r"(?:(?:the|this|that|your|my|send|submit|voice|record|skip) ){0,3}<part> does nothing",
)

ACKNOWLEDGEMENT = (
    r"(?:oh |ah |okay |yes )?(?:okay|k|kk|all right|roger|copy|copy that|got it|gotcha|understood|noted|i see|"
    r"makes sense|that makes sense|fair enough|"
    r"sounds good|will do|cool|great|awesome|nice|perfect|lovely|wonderful|excellent|brilliant|super|very good|"
    r"good|fantastic|i got it|"
    r"no worries|all good|okay then|clear|good to know|that helps|ack|okie dokie|alrighty|you are welcome)",
    r"(?:(?:many|great|perfect|cool|awesome|lots of|much|very|got it|nice|well|i|really|noted|sure|good|"
    r"big) ){0,2}(?:thanks|thank you|thank u|ty|"
    r"tysm|cheers|appreciated|appreciate (?:it|that|this|your help)|much obliged|3q)(?: (?:you|so|much|very|"
    r"a lot|a million|again|for|the|your|"
    r"help|info|information|reply|clarification|explaining|that|this|clarifying|time|update|letting me know|"
    r"quick|answer|kindly|bot)){0,5}",
)

UNCLEAR = (
    # greetings
    r"(?:hello|hi|hey|heyy|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|morning|gm|sup|whats up|"
    r"yo"
    r"|nice to meet you|pleased to meet you|how are you(?: doing)?|how is it going|namaste)(?: (?:there|to you|"
    r"today|too|everyone|all|again))?",
    # questions to the employer
    r"(?:is|are|will|would)(?: (?:this|the|it|that|your|these))?(?: <job>)?(?: (?:be|a|an|fully|also|"
    r"completely|really))?~(?:remote|hybrid|on ?site|full time|"
    r"part time|permanent|temporary|paid|unpaid|flexible|legit|scam|open|freelance|in the office|entry level|"
    r"negotiable)(?: (?:or|job|position|role|remote|on ?site|hybrid|only|part time)){0,3}",
    r"(?:what|how|which|what about)(?: (?:is|are|about|does|would))~(?:expected |starting |monthly |"
    r"annual )?<topic>(?:~(?:range|policy|month|year|<job>|"
    r"like|offer|package|days)){0,2}|(?:the )?(?:salary|pay) range",
    r"(?:where|what|which)~<job>~?(?:located|based|address|called)?|where~(?:based|located|office)|"
    r"what does~company~do",
    r"(?:do|does|is|are|will|can) (?:you|the company|the job|there|i|it|we|your company)~(?:offer|provide|have|"
    r"sponsor|pay|get|work|include|require|have to|"
    r"need|cover|support)?~?(?:health |visa |paid |free )?<topic>(?:~(?:sponsorship|weekends|support|<job>|"
    r"included|required|costs|a lot))?",
    r"how (?:many|much)~(?:vacation|holiday|sick|pto|working|leave|hours|employees|people|paid|pay|earn|"
    r"home office|overtime)(?:~(?:days?|hours?|week|year|month|"
    r"company|team|off|job|leave|work)){0,3}|how (?:big|large) is~(?:team|company|office)|are you~hiring",
    r"tell me~about~(?:<job>|salary|benefits)|why should i (?:work for|join) you|how did you get my (?:number|"
    r"cv|email|contact|data)",
    r"(?:can|could|may) i~(?:your|a|hr)~(?:number|email|contact|whatsapp|phone number)",
    # tests of the chat
    r"(?:this is a |just a |just )?(?:test|testing)(?: (?:test|message|testing|1|123|2|3)){0,3}|asdf|asdfgh|"
    r"qwerty|is (?:this|it) (?:working|on)|does this work",
    # abuse and weariness
    r"(?:(?:you|are|is|this|what|a|the|such|so|very|that|it|how|these|questions?|bot|interview|your|an|really|"
    r"pretty|way|too|just|absolutely|total|complete"
    r"|fucking|piece of) ){0,5}(?:stupid|dumb|idiot|idiotic|useless|ridiculous|garbage|trash|crap|bullshit|"
    r"shit|pathetic|annoying|boring|silly|a joke|joke|"
    r"waste of(?: my)? time|moron|rubbish|fuck(?: you| off| this)?|wtf|shut up|go away|sucks?|hate (?:this|"
    r"you)|screw (?:you|this)|kidding me|unfair|"
    r"piss off|what the (?:hell|fuck|heck)|too hard|so hard|is hard|hard question|too difficult|"
    r"difficult question|too long|weird)"
    r"(?: (?:bot|question|questions|interview|machine|company|system|you|thing|ai|test|idiot|robot|"
    r"for me)){0,2}",
    # moods, mistakes, leaving
    r"(?:i am |i feel |feeling |sorry i am )(?:(?:so|very|a bit|really|a little|getting) ){0,2}(?:nervous|"
    r"anxious|stressed|tired|bored|scared|overwhelmed|"
    r"frustrated|annoyed|exhausted|worried|hungry|panicking)|wish me luck|oops|whoops|oh my god|my bad",
    r"(?:that was |i sent |it was |ignore |sorry )?(?:the |a |that to the |this to the )?(?:wrong (?:message|"
    r"chat|button|person|window|file|one|group)|mistake|"
    r"accident|typo|misclick|ignore (?:that|this|it|my last message|the last message)|never ?mind|nvm|"
    r"forget it|disregard(?: that)?|by (?:mistake|accident))",
    r"(?:i |i really )?(?:do not|no longer|not|am not|do not really) (?:want|wish|feel like|interested|"
    r"going)~(?:do|doing|continue|continuing|take part|"
    r"participate|proceed|go on|job|interview|position)(?:~interview)?(?:~any more)?|i (?:want|"
    r"would like) to (?:quit|stop|cancel|withdraw|give up|leave|end)"
    r"(?:~(?:interview|application))?|i (?:quit|give up|am out)|(?:please )?(?:cancel|withdraw|end|stop) (?:my|"
    r"the|this) (?:application|interview)",
    r"bye|bye bye|goodbye|good bye|see you|see ya|good night|have a (?:nice|good|great) (?:day|evening|weekend|"
    r"one)|take care|farewell",
    r"(?:can you |please )?(?:tell me a (?:joke|story)|sing a song|sing)|i (?:love|like|hate) (?:you|bots)|"
    r"how is the weather|what is the weather like|"
    r"what time is it|do you (?:like|love) \w{1,12}|are you (?:happy|single|hungry)|you are (?:cute|funny|nice|"
    r"sweet|smart)|can you write my answer",
    r"how (?:much|high|good) (?:is|are)~<topic>",
    r"(?:see|talk to) you (?:tomorrow|later|soon|then)",
)

# What somebody in a role says to a customer: situational answers, although they are built like remarks
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

# Short answers that a loose rule would take
_ANSWERS = (
    "good|clear|great|results|the results|result|button|nothing|error|a bug|bug|in person|two minutes|"
    "five minutes|one minute|ten minutes|a moment|1 minute|2 minutes|5 minutes|10 minutes|a few minutes|"
    "i am not interested|"
    "not interested|no internet|lost internet|in a meeting|at work|a mistake|mistake|typo|team|hours|"
    "question|rules|instructions|an example|people|by mistake|i passed|a while|anyone can"
)
ANSWERS = frozenset(_ANSWERS.split("|"))

# Looser rules, for messages of a single clause that no rule above divides: `*` stands for a space, or up to three
# words with spaces around them; three words may follow
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
# What tells that a message is about other people, or about what the speaker would do: no looser rule applies
OTHERS = (
    r"\b(?:he|she|him|her|they|them|their|customers?|clients?|users?|manager|supervisor|colleagues?|team|"
    r"boss asked|sir|madam|ma am|hurt|trapped|"
    r"injured|safe|would (?!like|prefer)|ask|asked|told him|if the|when the|because|so that|never|did you|were|"
    r"was (?!that|it|my)|had|used|"
    r"depends|matters?|project|everyone|building|happened|wrong|seem|describe|account|police|order number|"
    r"agree|disagree|years?|two more|instead of(?! typ)|whoever|should put)\b"
)
