"""Unit words, currency signs, and words whose numbers name a thing instead of counting it."""

from __future__ import annotations

__all__ = ["IDENTIFIERS", "MONTHS", "PER_CENT", "SCALES", "SIGNS", "UNIT_WORDS", "units_of"]

SIGNS = {"$": "USD", "€": "EUR", "£": "pound", "¥": "JPY", "₹": "INR", "%": "percent", "°": "degree"}
# Unit words -> (dimension, factor to the dimension's base unit). SI prefixes and customary units as in
# NIST Special Publication 811, appendix B; bytes are decimal as storage is sold.
UNIT_WORDS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("dollar", "dollars", "usd", "buck", "bucks"), ("USD", 1.0)),
    **dict.fromkeys(("cent", "cents"), ("USD", 0.01)),
    **dict.fromkeys(("euro", "euros", "eur"), ("EUR", 1.0)),
    **dict.fromkeys(("pound", "pounds", "gbp", "lb", "lbs"), ("pound", 1.0)),
    **dict.fromkeys(("yen", "jpy"), ("JPY", 1.0)),
    **dict.fromkeys(("yuan", "cny", "rmb"), ("CNY", 1.0)),
    **dict.fromkeys(("won", "krw"), ("KRW", 1.0)),
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

# The same in the other languages whose number words are read.
_FOREIGN: dict[str, dict[tuple[str, float], str]] = {
    "de": {
        ("USD", 1.0): "dollar",
        ("EUR", 1.0): "euro",
        ("pound", 1.0): "pfund",
        ("percent", 1.0): "prozent",
        ("degree", 1.0): "grad",
        ("duration", 1.0): "sekunde sekunden",
        ("duration", 60.0): "minute minuten",
        ("duration", 3600.0): "stunde stunden",
        ("duration", 86_400.0): "tag tage tagen",
        ("duration", 604_800.0): "woche wochen",
        ("months", 1.0): "monat monate monaten",
        ("months", 12.0): "jahr jahre jahren",
        ("length", 0.01): "zentimeter",
        ("length", 1.0): "meter metern",
        ("length", 1000.0): "kilometer kilometern",
        ("mass", 1.0): "gramm",
        ("mass", 1000.0): "kilo kilogramm",
        ("volume", 0.001): "milliliter",
        ("volume", 1.0): "liter",
    },
    "fr": {
        ("USD", 1.0): "dollar dollars",
        ("EUR", 1.0): "euro euros",
        ("degree", 1.0): "degré degrés",
        ("duration", 1.0): "seconde secondes",
        ("duration", 60.0): "minute minutes",
        ("duration", 3600.0): "heure heures",
        ("duration", 86_400.0): "jour jours",
        ("duration", 604_800.0): "semaine semaines",
        ("months", 1.0): "mois",
        ("months", 12.0): "an ans année années",
        ("length", 0.01): "centimètre centimètres",
        ("length", 1.0): "mètre mètres",
        ("length", 1000.0): "kilomètre kilomètres",
        ("mass", 1.0): "gramme grammes",
        ("mass", 1000.0): "kilo kilos kilogrammes",
        ("volume", 0.001): "millilitre millilitres",
        ("volume", 1.0): "litre litres",
    },
    "es": {
        ("USD", 1.0): "dólar dólares",
        ("EUR", 1.0): "euro euros",
        ("degree", 1.0): "grado grados",
        ("duration", 1.0): "segundo segundos",
        ("duration", 60.0): "minuto minutos",
        ("duration", 3600.0): "hora horas",
        ("duration", 86_400.0): "día días",
        ("duration", 604_800.0): "semana semanas",
        ("months", 1.0): "mes meses",
        ("months", 12.0): "año años",
        ("length", 0.01): "centímetro centímetros",
        ("length", 1.0): "metro metros",
        ("length", 1000.0): "kilómetro kilómetros",
        ("mass", 1.0): "gramo gramos",
        ("mass", 1000.0): "kilo kilos kilogramos",
        ("volume", 0.001): "mililitro mililitros",
        ("volume", 1.0): "litro litros",
    },
    "it": {
        ("USD", 1.0): "dollaro dollari",
        ("EUR", 1.0): "euro",
        ("degree", 1.0): "grado gradi",
        ("duration", 1.0): "secondo secondi",
        ("duration", 60.0): "minuto minuti",
        ("duration", 3600.0): "ora ore",
        ("duration", 86_400.0): "giorno giorni",
        ("duration", 604_800.0): "settimana settimane",
        ("months", 1.0): "mese mesi",
        ("months", 12.0): "anno anni",
        ("length", 0.01): "centimetro centimetri",
        ("length", 1.0): "metro metri",
        ("length", 1000.0): "chilometro chilometri",
        ("mass", 1.0): "grammo grammi",
        ("mass", 1000.0): "chilo chili chilogrammi",
        ("volume", 0.001): "millilitro millilitri",
        ("volume", 1.0): "litro litri",
    },
    "pt": {
        ("USD", 1.0): "dólar dólares",
        ("EUR", 1.0): "euro euros",
        ("degree", 1.0): "grau graus",
        ("duration", 1.0): "segundo segundos",
        ("duration", 60.0): "minuto minutos",
        ("duration", 3600.0): "hora horas",
        ("duration", 86_400.0): "dia dias",
        ("duration", 604_800.0): "semana semanas",
        ("months", 1.0): "mês meses",
        ("months", 12.0): "ano anos",
        ("length", 0.01): "centímetro centímetros",
        ("length", 1.0): "metro metros",
        ("length", 1000.0): "quilômetro quilômetros quilómetros",
        ("mass", 1.0): "grama gramas",
        ("mass", 1000.0): "quilo quilos quilogramas",
        ("volume", 0.001): "mililitro mililitros",
        ("volume", 1.0): "litro litros",
    },
}
_UNITS = {
    language: {**UNIT_WORDS, **{word: unit for unit, words in table.items() for word in words.split()}}
    for language, table in _FOREIGN.items()
}
# "forty per cent" in those languages: the two words behind the number.
PER_CENT = frozenset(
    {("per", "cent"), ("pour", "cent"), ("por", "ciento"), ("per", "cento"), ("por", "cento")}
)


def units_of(language: str | None) -> dict[str, tuple[str, float]]:
    """The unit words of a language, the English ones and abbreviations included."""
    return _UNITS.get(language or "", UNIT_WORDS)
