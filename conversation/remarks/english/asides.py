"""Rules for English remarks other than questions: "wait", "are you there", trouble, thanks, unclear ones."""

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

# Asking for time to think
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
    # questions for the employer
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
