"""A correct example line for every key, used in messages."""

from handlers.authoring.faults import Path, Phrase, say

_EXAMPLES = {
    "id": "id: campus-analyst",
    "title": "title: {zh: 数据分析岗, en: Data analyst}",
    "register": "register: name",
    "level": "level: junior",
    "deadline": "deadline: 72h",
    "guide": "guide: {zh: 请找一个安静的地方。, en: Please find a quiet place.}",
    "privacy": 'privacy: {version: "2026-11", zh: 收集的目的、范围和期限…, en: What we collect and why …}',
    "version": 'version: "2026-11"',
    "zh": "zh: 请做一个简短的自我介绍。",
    "en": "en: Please introduce yourself briefly.",
    "competencies": "competencies: {expression: {zh: 语言表达, en: Expression}}",
    "stages": "stages: [{id: introduction, title: …, weight: 20, questions: […]}]",
    "weight": "weight: 20",
    "questions": "questions: [{id: about-you, kind: open, ask: …, minutes: 2}]",
    "kind": "kind: open",
    "ask": "ask: {zh: 请做一个简短的自我介绍。, en: Please introduce yourself briefly.}",
    "minutes": "minutes: 2",
    "difficulty": "difficulty: 1",
    "voice": "voice: allowed",
    "rubric": "rubric: {1: 只复述简历, 3: 说出一段相关经历, 5: 用结果说明经历与岗位的联系}",
    "anchors": "anchors: {2: 我做过一些分析。, 4: 我把流失预测做成了每周报表。}",
    "options": "options: [{id: a, label: {zh: 平均数, en: Mean}}, {id: b, label: {zh: 中位数, en: Median}}]",
    "label": "label: {zh: 中位数, en: Median}",
    "min": "min: 0",
    "max": "max: 100",
    "expect": "expect: 2950",
    "exit_reasons": "exit_reasons: default",
    "group": "group: technical",
    "reminders": "reminders: [10m, 1d, before-deadline 3h]",
    "transcript": "transcript: confirm",
    "exit_warning": "exit_warning: full",
    "experiment": "experiment: {id: later, variants: [{id: as-is}, {id: hour, reminders: [1h, 1d]}]}",
    "variants": "variants: [{id: as-is}, {id: hour, reminders: [1h, 1d]}]",
    "order": "order: {introduction: [strengths, about-you]}",
    "files": "files: allowed",
    "skip": "skip: off",
    "follow_up": "follow_up: {max: 1, when: vague}",
    "when": "when: [short, rubric-gap]",
    "result": "result: {by: 5 workdays, told_by: {zh: 校园招聘组, en: the campus hiring team}}",
    "by": "by: 5 workdays",
    "told_by": "told_by: {zh: 校园招聘组, en: the campus hiring team}",
    "faq": 'faq: [{q: {zh: 工资多少, en: "What is the pay?"}, a: {zh: 面议。, en: By agreement.}}]',
    "q": 'q: {zh: [工资多少, 薪资怎么样], en: "What is the pay?"}',
    "a": "a: {zh: 面议。, en: By agreement.}",
    "result_messages": 'result_messages: {on_hold: {zh: "您好{name}！还在考虑…", en: "Hello{name}! …"}}',
    "next_round": 'next_round: {zh: "您好{name}！恭喜您…", en: "Hello{name}! We are glad …"}',
    "on_hold": 'on_hold: {zh: "您好{name}！还在考虑…", en: "Hello{name}! You are still …"}',
    "not_selected": 'not_selected: {zh: "您好{name}！这一次…", en: "Hello{name}! This time …"}',
    "recruiter": "recruiter: {zh: 招聘工作人员, en: the recruiting team}",
    "group_question": "group_question: {ask: {zh: …, en: …}, why: {en: …}, options: [{id: a, label: …}, …]}",
    "why": "why: {zh: 想知道各类候选人的机会是否均等。, en: We check that all groups have the same chances.}",
    "review": "review: true",
    "practice": "practice: true",
    "rated_twice": "rated_twice: 20%",
    "retain": "retain: 6 months",
    "terms": "terms: {zh: [数据清洗, A/B 测试], en: [data cleaning, A/B test]}",
}
_IN_PLACE = {
    ("questions", "competencies"): "competencies: [expression]",
    ("questions", "id"): "id: about-you",
    ("stages", "id"): "id: introduction",
    ("options", "id"): "id: a",
    ("exit_reasons", "id"): "id: too_long",
    ("experiment", "id"): "id: later",
    ("variants", "id"): "id: as-is",
    ("follow_up", "max"): "max: 1",
}

_IN_CELLS = {
    "id": "campus-analyst",
    "title": "数据分析岗 / Data analyst",
    "register": "name",
    "level": "junior",
    "deadline": "72h",
    "version": "2026-11",
    "weight": "20",
    "kind": "open",
    "ask": "请做一个简短的自我介绍。",
    "minutes": "2",
    "difficulty": "1",
    "voice": "allowed",
    "competencies": "expression",
    "options": "平均数 ↵ 中位数",
    "min": "0",
    "max": "100",
    "expect": "2950",
    "group": "technical",
    "reminders": "10m",
    "transcript": "confirm",
    "exit_warning": "full",
    "files": "allowed",
    "skip": "off",
    "by": "5 workdays",
    "review": "true",
    "practice": "true",
    "rated_twice": "20%",
    "retain": "6 个月 / 6 months",
}
"""What belongs into the cell of a workbook for a key."""


def instance(path: Path) -> Phrase:
    """Return what to write at `path`: a correct line for the key, or what belongs into the cell of a workbook."""
    line = example(path)
    names = [part for part in path if isinstance(part, str)]
    cell = next((_IN_CELLS[name] for name in reversed(names) if name in _IN_CELLS), "")
    return say("example.in_cell", line=line, cell=cell) if cell else say("example", line=line)


def example(path: Path) -> str:
    """Return a correct line for the key at `path`, or for the nearest known key above it."""
    names = [part for part in path if isinstance(part, str)]
    while names:
        around, name = (names[-2] if len(names) > 1 else ""), names[-1]
        if line := _IN_PLACE.get((around, name)) or _EXAMPLES.get(name):
            return f"`{line}`"
        names.pop()
    return f"`{_EXAMPLES['id']}`"
