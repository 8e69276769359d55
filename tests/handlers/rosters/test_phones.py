"""Phone numbers as people write them and as spreadsheets protect and spoil them."""

import pytest

from handlers.rosters import read
from handlers.rosters.phones import last_digits, lost_digits, parse

MOBILE = "+8613800138000"


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("13800138000", MOBILE), ("'13800138000", MOBILE), ("’13800138000", MOBILE), ('="13800138000"', MOBILE),
        ("\t13800138000", MOBILE), ("+86 138-0013-8000", MOBILE), ("+8613800138000", MOBILE),
        ("(+86)13800138000", MOBILE), ("86-13800138000", MOBILE), ("0086 138 0013 8000", MOBILE),
        ("+0086 13800138000", MOBILE), ("１３８００１３８０００", MOBILE),
        ("＋８６　１３８００１３８０００", MOBILE), ("138.0013.8000", MOBILE), ("138 0013 8000", MOBILE),
        ("138–0013–8000", MOBILE), ("13800138000.0", MOBILE), ("13800138000.00", MOBILE),
        ("1.3800138E+10", MOBILE), ("1.3800138000E+10", MOBILE), ("1.3800138004e10", "+8613800138004"),
        ("手机：13800138000", MOBILE), ("Tel. 13800138000", MOBILE), ("13800138000（本人）", MOBILE),
        ("13800138000 (WeChat)", MOBILE), ("013800138000", MOBILE), ("010-62345678", "+861062345678"),
        ("(0755) 8888 8888", "+8675588888888"), ("0571-88888888-8001", "+8657188888888"),
        ("010-62345678转9001", "+861062345678"), ("010-62345678 ext. 9001", "+861062345678"),
        ("+852 9123 4567", "+85291234567"), ("+886 912-345-678", "+886912345678"),
        ("00886912345678", "+886912345678"), ("+1 (415) 555-2671", "+14155552671"),
        ("+44 20 7946 0958", "+442079460958"), ("0044 20 7946 0958", "+442079460958"),
        ("13800138000/13900139000", MOBILE), ("13800138000、13900139000", MOBILE),
        ("13800138000；13900139000", MOBILE), ("13800138000 13900139000", MOBILE),
        ("13800138000\n13900139000", MOBILE), ("138 0013 8000 或 139 0013 9000", MOBILE),
        ("1380013/13800138000", MOBILE), ("13800138000 or 010-62345678", MOBILE),
        ("wx_anna / 13800138000", MOBILE), ("1380013800", ""), ("138001380000", ""), ("1380013800O", ""),
        ("12800138000", ""), ("1.38E+10", ""), ("1.38001E+10", ""), ("+86 1380013800", ""), ("abc", ""),
        ("0", ""), ("１", ""), ("١٣٨١٢٣٤٥٦٧٨", ""), ("110101199003071234", ""), ("2026-11-30", ""),
    ],
)  # fmt: skip
def test_numbers(text: str, e164: str) -> None:
    found = parse(text)
    assert (found.e164 if found else "") == e164
    assert last_digits(text) == e164[-4:]


@pytest.mark.parametrize(
    "text", ["1.38E+10", "1.38001E+10", "1.4E+10", "1,38E+10", "１.38Ｅ+10", "8.61E+12", "'1.38E+10"]
)
def test_digits_that_a_spreadsheet_lost_are_told_apart(text: str) -> None:
    assert lost_digits(text)
    (row,) = read(f'姓名,手机\n张三,"{text}"\n'.encode(), "x").rows
    assert row.fault == "digits"


@pytest.mark.parametrize("text", ["", "-", "/", "无", "暂无", "N/A", "none", "—"])
def test_a_cell_left_open_is_no_fault(text: str) -> None:
    (row,) = read(f"姓名,手机,邮箱\n张三,{text},{text}\n".encode(), "x").rows
    assert (row.fault, row.phone, row.email) == ("", "", "")
