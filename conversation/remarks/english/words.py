"""Building blocks of the English rules: spellings, recurring slots, and fillers around a remark."""

# Abbreviations, misspellings and synonyms, each with the word that the rules know
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

_GLUE = (
    "i|you|we|it|this|that|these|them|they|the|a|an|my|your|me|us|to|of|for|in|on|at|with|by|from|and|or|if|"
    "is|are|am|was|be|been|being|do|does|did|have|has|had|will|would|can|could|should|may|might|must|not|just|"
    "still|also|really|here|there|now|so|yet|please|any|some|all|one|ones|more|again|then|about|up|out|"
    "exactly|actually|even|too|only|get|got|need|want|like|going|able|okay|possible|way|right|already|today|"
    "later|soon|over|as|well|after|before|no|other|myself|anything|something|ever|when|while|else|sorry|once|"
    "very|per|each|every|bit|back|properly|first|last"
)

GLUE = frozenset(_GLUE.split("|"))
"""Small words that may stand between the words of a remark."""
GLUE_PAIRS = {"at": "all", "no": "longer"}
"""Two words that count as one, with the first of them as the key."""

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

# Pieces that may stand around a remark but are not a remark by themselves
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
