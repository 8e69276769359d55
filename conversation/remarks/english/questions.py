"""Rules for English questions and wishes about the interview: one table for each subject."""

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
