"""Unit words, currency signs, and words whose numbers name a thing instead of counting it."""

from __future__ import annotations

__all__ = ["IDENTIFIERS", "MONTHS", "SCALES", "SIGNS", "UNIT_WORDS"]

SIGNS = {"$": "USD", "€": "EUR", "£": "pound", "¥": "JPY", "₹": "INR", "%": "percent", "°": "degree"}
# Unit words -> (dimension, factor to the dimension's base unit). SI prefixes and customary units as in
# NIST Special Publication 811, appendix B; bytes are decimal as storage is sold.
UNIT_WORDS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("dollar", "dollars", "usd", "buck", "bucks"), ("USD", 1.0)),
    **dict.fromkeys(("cent", "cents"), ("USD", 0.01)),
    **dict.fromkeys(("euro", "euros", "eur"), ("EUR", 1.0)),
    **dict.fromkeys(("pound", "pounds", "gbp", "lb", "lbs"), ("pound", 1.0)),
    **dict.fromkeys(("yen", "jpy"), ("JPY", 1.0)),
    **dict.fromkeys(("percent", "pct"), ("percent", 1.0)),
    **dict.fromkeys(("degree", "degrees"), ("degree", 1.0)),
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), ("duration", 0.001)),
    **dict.fromkeys(("second", "seconds", "sec", "secs"), ("duration", 1.0)),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), ("duration", 60.0)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), ("duration", 3600.0)),
    **dict.fromkeys(("day", "days"), ("duration", 86_400.0)),
    **dict.fromkeys(("week", "weeks"), ("duration", 604_800.0)),
    **dict.fromkeys(("month", "months"), ("months", 1.0)),
    **dict.fromkeys(("year", "years"), ("months", 12.0)),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetres"), ("length", 0.001)),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetres"), ("length", 0.01)),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), ("length", 1.0)),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometres"), ("length", 1000.0)),
    **dict.fromkeys(("inch", "inches"), ("length", 0.0254)),
    **dict.fromkeys(("foot", "feet", "ft"), ("length", 0.3048)),
    **dict.fromkeys(("mile", "miles"), ("length", 1609.344)),
    **dict.fromkeys(("mg", "milligram", "milligrams"), ("mass", 0.001)),
    **dict.fromkeys(("g", "gram", "grams"), ("mass", 1.0)),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), ("mass", 1000.0)),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("mass", 28.349523)),
    **dict.fromkeys(("ml", "milliliter", "milliliters", "millilitres"), ("volume", 0.001)),
    **dict.fromkeys(("liter", "liters", "litre", "litres"), ("volume", 1.0)),
    **dict.fromkeys(("kb", "kilobyte", "kilobytes"), ("data", 1e3)),
    **dict.fromkeys(("mb", "megabyte", "megabytes"), ("data", 1e6)),
    **dict.fromkeys(("gb", "gigabyte", "gigabytes"), ("data", 1e9)),
    **dict.fromkeys(("tb", "terabyte", "terabytes"), ("data", 1e12)),
    **dict.fromkeys(("watt", "watts", "w"), ("power", 1.0)),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), ("power", 1000.0)),
    **dict.fromkeys(("volt", "volts", "v"), ("voltage", 1.0)),
}
_MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = frozenset(_MONTH_NAMES.split())
# A number behind one of these names a thing ("step 3"), it doesn't count any: two of them never contradict.
_IDENTIFYING_WORDS = """
    step chapter figure fig page slide section part table room gate line lesson unit module episode season
    number no version question exercise level phase day week item option appendix channel route highway
    iso rfc act article scene volume track hall platform
"""
IDENTIFIERS = frozenset(_IDENTIFYING_WORDS.split())
# "5k", "$2 million": what stands between a number and its unit.
SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "bn": 1e9, "billion": 1e9}
