"""What an attribute is named after what it measures: a price is money, a weight a mass."""

from __future__ import annotations

from braid.text.numbers.quantities import find_quantities
from braid.text.words import tokenize, words_of

__all__ = ["measured_otherwise"]

# What the dimensions of ``units`` are called; a pound is money or a mass.
_MONEY, _MASS, _LENGTH, _VOLUME = "an amount of money", "a weight", "a length", "a volume"
_POWER, _VOLTAGE, _TIME, _DATA = "a power", "a voltage", "a time", "an amount of data"
_KINDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("USD", "EUR", "JPY", "CNY", "KRW", "INR"), frozenset((_MONEY,))),
    "pound": frozenset((_MONEY, _MASS)),
    "mass": frozenset((_MASS,)),
    "length": frozenset((_LENGTH,)),
    "volume": frozenset((_VOLUME,)),
    "power": frozenset((_POWER,)),
    "voltage": frozenset((_VOLTAGE,)),
    "duration": frozenset((_TIME,)),
    "months": frozenset((_TIME,)),
    "data": frozenset((_DATA,)),
}
# Words that name one measure whatever the product is. "Size" is none of them: it may be any.
_NAMES = {
    (_MONEY,): "price cost preis kosten prix precio coste prezzo costo preço custo",
    (_MASS,): "weight gewicht poids peso",
    (_LENGTH,): "height width depth diameter thickness höhe breite tiefe durchmesser dicke hauteur largeur"
    " profondeur diamètre épaisseur altura anchura profundidad diámetro altezza larghezza profondità diametro"
    " largura profundidade diâmetro",
    (_LENGTH, _TIME): "length länge longueur longitud lunghezza comprimento",  # a film's is a time
    # What a washing machine, a power bank and a disk hold.
    (_VOLUME, _MASS, _POWER, _DATA): "capacity volume fassungsvermögen inhalt capacité contenance capacidad"
    " volumen capacità capacidade",
    (_POWER,): "wattage",
    (_VOLTAGE,): "voltage spannung tension voltaje tensione voltagem",
    (_DATA,): "storage",
    (_TIME,): "warranty garantie garantía garanzia garantia",
}
_MEASURED = {word: frozenset(kinds) for kinds, words in _NAMES.items() for word in words.split()}


def measured_otherwise(name: str, value: str, language: str | None = None) -> str | None:
    """What ``value`` measures where an attribute of that ``name`` can't be it, or ``None``.

    Only where the name says what is measured and every unit of the value says something else.

    >>> measured_otherwise("capacity", "19 euros")
    'an amount of money'
    """
    named = [_MEASURED[word] for word in words_of(name) if word in _MEASURED]
    if not named:
        return None
    quantities, _ = find_quantities(tokenize([(value, None, 1.0)]), language)
    found = [_KINDS[quantity.dimension] for quantity in quantities if quantity.dimension in _KINDS]
    if not found or any(kinds & wanted for kinds in found for wanted in named):
        return None
    return min(found[0])
