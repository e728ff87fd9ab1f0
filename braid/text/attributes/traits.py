"""What a thing can be only one of: its colour, material, weekday, or one of two opposites; by language.

A trait is ``(dimension, value)``: two texts that name different values of a dimension for one thing can't
both be right. Values have English names in every language, so that texts of two languages can be compared.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from braid.text.attributes.opposites import opposite_pairs
from braid.text.numbers.dates import WEEKDAYS
from braid.text.stems import term_of

__all__ = [
    "COLOR",
    "MATERIAL",
    "WEEKDAY",
    "Trait",
    "are_compatible",
    "color_of",
    "east_asian_traits",
    "traits_by_term",
]

COLOR, MATERIAL, WEEKDAY = "color", "material", "weekday"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Forms that a stemmer doesn't bring together are listed one by one.
_COLORS = {
    "de": {
        "red": "rot roter dunkelrot hellrot weinrot",
        "orange": "orange",
        "yellow": "gelb gelber golden",
        "green": "grün grüner dunkelgrün hellgrün",
        "blue": "blau blauer dunkelblau hellblau türkis",
        "purple": "lila violett violetter",
        "pink": "rosa pink",
        "brown": "braun brauner beige",
        "black": "schwarz schwarzer",
        "white": "weiß weißer weiss weisser",
        "gray": "grau grauer silbern",
    },
    "fr": {
        "red": "rouge rouges",
        "orange": "orange",
        "yellow": "jaune jaunes",
        "green": "vert verte verts vertes",
        "blue": "bleu bleue bleus bleues turquoise",
        "purple": "violet violette violets violettes",
        "pink": "rose roses",
        "brown": "brun brune marron beige",
        "black": "noir noire noirs noires",
        "white": "blanc blanche blancs blanches",
        "gray": "gris grise grises",
    },
    "es": {
        "red": "rojo roja rojos rojas",
        "orange": "naranja",
        "yellow": "amarillo amarilla amarillos amarillas",
        "green": "verde verdes",
        "blue": "azul azules turquesa",
        "purple": "morado morada violeta",
        "pink": "rosa",
        "brown": "marrón marrones beige",
        "black": "negro negra negros negras",
        "white": "blanco blanca blancos blancas",
        "gray": "gris grises",
    },
    "it": {
        "red": "rosso rossa rossi rosse",
        "orange": "arancione",
        "yellow": "giallo gialla gialli gialle",
        "green": "verde verdi",
        "blue": "blu azzurro azzurra turchese",
        "purple": "viola",
        "pink": "rosa",
        "brown": "marrone marroni beige",
        "black": "nero nera neri nere",
        "white": "bianco bianca bianchi bianche",
        "gray": "grigio grigia grigi grigie",
    },
    "pt": {
        "red": "vermelho vermelha vermelhos vermelhas",
        "orange": "laranja",
        "yellow": "amarelo amarela amarelos amarelas",
        "green": "verde verdes",
        "blue": "azul azuis turquesa",
        "purple": "roxo roxa violeta",
        "pink": "rosa",
        "brown": "marrom castanho castanha bege",
        "black": "preto preta pretos pretas",
        "white": "branco branca brancos brancas",
        "gray": "cinza cinzento cinzenta",
    },
    "ar": {
        "red": "أحمر حمراء",
        "yellow": "أصفر صفراء",
        "green": "أخضر خضراء",
        "blue": "أزرق زرقاء",
        "black": "أسود سوداء",
        "white": "أبيض بيضاء",
        "brown": "بني",
    },
    "hi": {
        "red": "लाल",
        "yellow": "पीला पीली पीले",
        "green": "हरा हरी हरे",
        "blue": "नीला नीली नीले",
        "black": "काला काली काले",
        "white": "सफेद सफ़ेद",
        "brown": "भूरा भूरी भूरे",
        "pink": "गुलाबी",
    },
}
_MATERIALS = {
    "en": {
        "leather": "leather suede",
        "cotton": "cotton denim",
        "wool": "wool woolen woollen cashmere",
        "silk": "silk",
        "linen": "linen",
        "plastic": "plastic polyester nylon acrylic vinyl polypropylene",
        "steel": "steel iron",
        "aluminium": "aluminium aluminum",
        "copper": "copper brass bronze",
        "wood": "wood wooden oak pine bamboo beech walnut teak",
        "glass": "glass crystal",
        "ceramic": "ceramic porcelain stoneware clay earthenware",
        "rubber": "rubber",
        "marble": "marble granite",
    },
    "de": {
        "leather": "leder wildleder",
        "cotton": "baumwolle jeans",
        "wool": "wolle schurwolle kaschmir",
        "silk": "seide",
        "linen": "leinen",
        "plastic": "plastik kunststoff polyester nylon",
        "steel": "stahl edelstahl eisen",
        "aluminium": "aluminium",
        "copper": "kupfer messing bronze",
        "wood": "holz eiche kiefer bambus buche",
        "glass": "glas",
        "ceramic": "keramik porzellan steingut ton",
        "rubber": "gummi",
        "marble": "marmor granit",
    },
    "fr": {
        "leather": "cuir daim",
        "cotton": "coton",
        "wool": "laine cachemire",
        "silk": "soie",
        "linen": "lin",
        "plastic": "plastique polyester nylon",
        "steel": "acier inox",
        "aluminium": "aluminium",
        "copper": "cuivre laiton",
        "wood": "bois chêne bambou",
        "glass": "verre",
        "ceramic": "céramique porcelaine grès faïence",
        "rubber": "caoutchouc",
        "marble": "marbre granit",
    },
    "es": {
        "leather": "cuero piel ante",
        "cotton": "algodón",
        "wool": "lana",
        "silk": "seda",
        "linen": "lino",
        "plastic": "plástico poliéster nailon",
        "steel": "acero",
        "aluminium": "aluminio",
        "copper": "cobre latón",
        "wood": "madera roble bambú",
        "glass": "vidrio cristal",
        "ceramic": "cerámica porcelana gres",
        "rubber": "caucho goma",
        "marble": "mármol granito",
    },
    "it": {
        "leather": "cuoio pelle",
        "cotton": "cotone",
        "wool": "lana",
        "silk": "seta",
        "linen": "lino",
        "plastic": "plastica poliestere nylon",
        "steel": "acciaio",
        "aluminium": "alluminio",
        "copper": "rame ottone",
        "wood": "legno quercia bambù",
        "glass": "vetro",
        "ceramic": "ceramica porcellana gres",
        "rubber": "gomma",
        "marble": "marmo granito",
    },
    "pt": {
        "leather": "couro",
        "cotton": "algodão",
        "wool": "lã",
        "silk": "seda",
        "linen": "linho",
        "plastic": "plástico poliéster",
        "steel": "aço",
        "aluminium": "alumínio",
        "copper": "cobre latão",
        "wood": "madeira carvalho bambu",
        "glass": "vidro",
        "ceramic": "cerâmica porcelana",
        "rubber": "borracha",
        "marble": "mármore granito",
    },
}
_EAST_ASIAN = {
    (COLOR, "red"): "赤い 赤色 赤の 红色 紅色 红的 빨간 빨강",
    (COLOR, "blue"): "青い 青色 青の 蓝色 藍色 蓝的 파란 파랑",
    (COLOR, "green"): "緑の 緑色 绿色 綠色 초록 녹색",
    (COLOR, "yellow"): "黄色 노란 노랑",
    (COLOR, "black"): "黒い 黒色 黒の 黑色 黑的 검은 검정",
    (COLOR, "white"): "白い 白色 白の 白的 하얀 흰색",
    (COLOR, "purple"): "紫の 紫色 보라색",
    (COLOR, "pink"): "ピンク 粉色 粉红 분홍",
    (COLOR, "brown"): "茶色 棕色 褐色 갈색",
    (COLOR, "gray"): "灰色 グレー 회색",
    (COLOR, "orange"): "オレンジ色 橙色 주황",
    (MATERIAL, "leather"): "革製 本革 レザー 皮革 真皮 가죽",
    (MATERIAL, "cotton"): "綿製 コットン 棉质 纯棉 면직",
    (MATERIAL, "wool"): "羊毛 ウール 양모 울소재",
    (MATERIAL, "silk"): "シルク 絹 丝绸 실크",
    (MATERIAL, "plastic"): "プラスチック ポリエステル 塑料 聚酯 플라스틱",
    (MATERIAL, "steel"): "ステンレス 鋼 不锈钢 钢制 스테인리스 강철",
    (MATERIAL, "wood"): "木製 木材 木制 实木 나무로 원목",
    (MATERIAL, "glass"): "ガラス 玻璃 유리",
    (MATERIAL, "ceramic"): "陶器 磁器 セラミック 陶瓷 도자기 세라믹",
}
_EAST_ASIAN_TRAIT = re.compile(
    "|".join(
        sorted((re.escape(w) for text in _EAST_ASIAN.values() for w in text.split()), key=len, reverse=True)
    )
)
_EAST_ASIAN_VALUES = {word: trait for trait, text in _EAST_ASIAN.items() for word in text.split()}
_NOUN = re.compile("[\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7af]{1,8}")


class Trait(NamedTuple):
    """A value of a dimension that has room for one."""

    dimension: str
    value: str


@functools.cache
def _colors(language: str) -> dict[str, str]:
    return {
        term: color for color, words in _COLORS.get(language, {}).items() for term in _terms(words, language)
    }


def color_of(word: str, language: str) -> str | None:
    """The basic colour that a word names in a language other than English, in English."""
    term = term_of(word, language)
    return _colors(language).get(term) if term is not None else None


@functools.cache
def traits_by_term(language: str) -> dict[str, tuple[Trait, ...]]:
    """What the terms of a language name: materials, weekdays, opposites. Colours are read apart."""
    found: dict[str, tuple[Trait, ...]] = {}

    def add(term: str, trait: Trait) -> None:
        found[term] = (*found.get(term, ()), trait)

    for material, words in _MATERIALS.get(language, {}).items():
        for term in _terms(words, language):
            add(term, Trait(MATERIAL, material))
    for word, day in WEEKDAYS.items():
        day_term = term_of(word, language)
        if day_term is not None and Trait(WEEKDAY, _DAYS[day]) not in found.get(day_term, ()):
            add(day_term, Trait(WEEKDAY, _DAYS[day]))
    for one, other in opposite_pairs(language):
        first, second = term_of(one, language), term_of(other, language)
        if first is not None and second is not None and first != second:
            add(first, Trait(f"{first}/{second}", first))
            add(second, Trait(f"{first}/{second}", second))
    return found


def are_compatible(dimension: str, one: str, other: str) -> bool:
    """Whether two values may be said of one thing: metals and minerals are told apart badly."""
    return one == other or (dimension == MATERIAL and frozenset((one, other)) in _CLOSE)


_CLOSE = {
    frozenset(pair.split())
    for pair in (
        "steel aluminium",
        "steel copper",
        "cotton linen",
        "ceramic marble",
        "cotton plastic",
        "wool plastic",
    )
}


def east_asian_traits(text: str) -> list[tuple[Trait, str, str, int]]:
    """Colours and materials in Japanese, Chinese and Korean: trait, noun behind it, as written, and where."""
    found = []
    for match in _EAST_ASIAN_TRAIT.finditer(text):
        behind = text[match.end() :].lstrip("いのな的 ")
        noun = _NOUN.match(behind)
        trait = Trait(*_EAST_ASIAN_VALUES[match.group()])
        found.append((trait, noun.group() if noun else "", match.group(), match.start()))
    return found


def _terms(words: str, language: str) -> frozenset[str]:
    return frozenset(term for word in words.split() if (term := term_of(word, language)) is not None)
