"""The words by which the columns of files with earlier interviews are recognised."""

from handlers.imports.model import Field


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


WORDS: dict[Field, frozenset[str]] = {
    "birth": _set("birth birthday birthdate dateofbirth dob 出生日期 出生年月 生日 出生年月日"),
    "school": _set("school university college almamater 学校 毕业院校 毕业学校 院校 學校 畢業院校 就读学校"),
    "date": _set(
        "date interviewdate dateofinterview interviewtime interviewedon interviewedat 日期 时间 面试日期 "
        "面试时间 面谈日期 面谈时间 面試日期 面試時間 初试时间 初试日期 复试时间 复试日期"
    ),
    "position": _set(
        "position role job jobtitle appliedposition positionapplied positionappliedfor vacancy 岗位 职位 "
        "应聘岗位 应聘职位 面试岗位 面试职位 申请岗位 申请职位 職位 應徵職位 應聘職位 岗位名称"
    ),
    "interviewer": _set(
        "interviewer interviewers interviewedby interviewername 面试官 面试人 考官 主面试官 面试官姓名 面試官 "
        "面谈人 初试官 复试官"
    ),
    "result": _set(
        "result outcome interviewresult finalresult status decision conclusion 结果 面试结果 结论 面试结论 "
        "是否通过 是否录用 录用结果 最终结果 状态 面試結果 結果 結論"
    ),
    "score": _set(
        "score totalscore interviewscore rating grade overallscore 分数 得分 评分 总分 成绩 面试得分 面试分数 "
        "面试成绩 综合评分 綜合評分 分數 評分 總分"
    ),
    "notes": _set(
        "notes note comment comments remark remarks feedback evaluation assessment interviewnotes 备注 評語 "
        "评语 评价 面试评价 面试评语 面评 综合评价 面试记录 備註 評價 反馈"
    ),
    "author": _set(
        "author recordedby enteredby createdby writtenby 记录人 填写人 录入人 创建人 填表人 作者 記錄人"
    ),
    "recorded": _set(
        "recorded recordedon recordedat created createdat createdon createddate entered enteredon 记录日期 "
        "记录时间 录入时间 录入日期 创建时间 创建日期 填写时间 填表日期 記錄日期 建立時間"
    ),
    "omit": _set(
        "idcard idnumber idcardnumber identitycard nationalid passport passportnumber passportno ssn "
        "socialsecuritynumber 身份证 身份证号 身份证号码 证件号 证件号码 护照号 护照号码 身分證 身分證字號 "
        "serialno 序号 序號 银行卡号 银行账号"
    ),
}
"""Words for each field, without spaces and punctuation. Numbers of identity cards and bank accounts are not
kept."""
RESULTS = _set(
    "通过 未通过 不通过 录用 未录用 不录用 合格 不合格 待定 淘汰 pass passed fail failed hired rejected "
    "reject offer hold yes no withdrawn 進入複試 进入复试 放弃 通過 錄取"
)
"""What columns with results say."""
