"""Japanese and Chinese numerals and the units behind them (Korean ones too), in digits and English words."""

from __future__ import annotations

import re

__all__ = ["from_east_asian"]

_DIGITS = {character: n for n, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_NUMERAL = "〇零一二三四五六七八九两兩十百千万萬億亿"
# What is counted in; a numeral in front of one of them is a number.
_COUNTERS = (
    "個个人名円圓元块年月日時时分秒台本枚回冊杯匹頭歳岁度階层層室つ件種种倍番号號章只把瓶ドユパ"
    "キグメセリ％%点點"
)
_EAST_ASIAN_NUMBER = re.compile(
    rf"[{_NUMERAL}]+(?=[{_COUNTERS}])|(?=[{_NUMERAL}]*[十百千万萬億亿])[{_NUMERAL}]{{2,}}"
)
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([万萬億亿])")
_EAST_ASIAN_UNITS = {
    "円": "yen",
    "日元": "yen",
    "元": "yuan",
    "块": "yuan",
    "人民币": "yuan",
    "원": "won",
    "ドル": "dollars",
    "美元": "dollars",
    "달러": "dollars",
    "ユーロ": "euros",
    "欧元": "euros",
    "유로": "euros",
    "パーセント": "percent",
    "퍼센트": "percent",
    "時間": "hours",
    "小时": "hours",
    "시간": "hours",
    "分間": "minutes",
    "分钟": "minutes",
    "분": "minutes",
    "秒": "seconds",
    "초": "seconds",
    "日間": "days",
    "週間": "weeks",
    "キログラム": "kg",
    "公斤": "kg",
    "グラム": "grams",
    "克": "grams",
    "キロメートル": "km",
    "公里": "km",
    "センチ": "cm",
    "厘米": "cm",
    "メートル": "meters",
    "米": "meters",
    "ミリリットル": "ml",
    "毫升": "ml",
    "リットル": "liters",
    "升": "liters",
    "度": "degrees",
}
_AFTER_NUMBER = re.compile(
    r"(\d)\s*(" + "|".join(sorted(map(re.escape, _EAST_ASIAN_UNITS), key=len, reverse=True)) + ")"
)


def from_east_asian(text: str) -> str:
    """``text`` with numerals in digits where they are meant as numbers, and units behind them in English."""
    text = _EAST_ASIAN_NUMBER.sub(lambda match: str(_numeral_value(match.group())), text)
    text = _MIXED.sub(lambda match: str(round(float(match[1]) * _MYRIADS[match[2]])), text)
    return _AFTER_NUMBER.sub(lambda match: f"{match[1]} {_EAST_ASIAN_UNITS[match[2]]} ", text)


def _numeral_value(text: str) -> int:
    """``三百五十`` is 350; without a power of ten the digits stand as they are: ``二〇二六`` is 2026."""
    if not any(character in _POWERS or character in _MYRIADS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[character]
            section = digit = 0
    return total + section + digit
