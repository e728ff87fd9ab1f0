"""Pairs of a picture's words and a text by language and kind: some contradict, some only look like it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PAIRS", "Pair"]


class Pair(NamedTuple):
    """What is read in a picture and what is written; ``colors`` are those of the picture, in English."""

    language: str
    kind: str
    seen: tuple[str, ...]
    written: str
    contradicts: bool
    colors: tuple[tuple[str, float], ...] = ()


_BLUE = (("Blue", 0.6), ("White", 0.3))
_RED = (("Red", 0.6), ("White", 0.3))


def _pairs(language: str, kind: str, *rows: tuple[str, str, bool]) -> list[Pair]:
    return [Pair(language, kind, tuple(seen.split("|")), written, wrong) for seen, written, wrong in rows]


def _shown(language: str, *rows: tuple[str, bool]) -> list[Pair]:
    return [Pair(language, "colour shown", (), written, wrong, _BLUE) for written, wrong in rows]


PAIRS: list[Pair] = [
    *_pairs(
        "en",
        "material",
        ("Aurora bag|genuine leather bag", "The Aurora bag is a cotton bag.", True),
        ("Wool scarf Nora", "The Nora scarf is a silk scarf.", True),
        ("Oak table Lund", "The Lund table is a glass table.", True),
        ("Leather bag Aurora", "The Aurora bag is made of soft leather.", False),
        ("Cotton shirt", "Wash the shirt with the wool programme; it is cotton.", False),
        ("Steel bottle Fjord", "The Fjord bottle comes with a leather strap.", False),
    ),
    *_pairs(
        "en",
        "weekday",
        ("Town market every Friday", "The town market takes place on Monday.", True),
        ("Yoga class Tuesday 18:00", "The yoga class for beginners is on Thursday.", True),
        ("Town market every Friday", "The town market takes place on Fridays.", False),
        ("Museum open Monday to Friday", "The museum is open on Wednesday.", False),
    ),
    *_pairs(
        "en",
        "opposite",
        ("Rose Garden Cafe closed", "The Rose Garden Cafe is open.", True),
        ("Parking in this courtyard forbidden", "Parking in this courtyard is allowed.", True),
        ("Rose Garden Cafe open", "The Rose Garden Cafe is open today.", False),
        ("Keep the door closed", "We open new shops every year.", False),
    ),
    *_pairs(
        "de",
        "colour",
        ("Der rote Schuh", "Der blaue Schuh ist leicht.", True),
        ("Grüne Jacke Alpin", "Die Jacke ist schwarz.", True),
        ("Rote Schuhe", "Ein roter Schuh für jeden Tag.", False),
        ("Der rote Schuh", "Die blaue Tasche passt dazu.", False),
    ),
    *_shown("de", ("Ein roter Schuh für lange Wege.", True), ("Ein blauer Schuh für lange Wege.", False)),
    *_pairs(
        "de",
        "number",
        ("Eintrittspreis 49 Euro", "Der Eintrittspreis beträgt neunundfünfzig Euro.", True),
        ("Fahrzeit 30 Minuten", "Die Fahrzeit beträgt neunzig Minuten.", True),
        ("Eintrittspreis 49 Euro", "Der Eintrittspreis beträgt neunundvierzig Euro.", False),
        ("Fahrzeit 90 Minuten", "Die Fahrzeit beträgt neunzig Minuten.", False),
    ),
    *_pairs(
        "de",
        "denial",
        ("Müsliriegel Sonne|enthält Nüsse", "Der Müsliriegel Sonne enthält keine Nüsse.", True),
        ("Regenjacke Nord nicht wasserdicht", "Die Regenjacke Nord ist wasserdicht.", True),
        ("Müsliriegel Sonne ohne Nüsse", "Der Müsliriegel Sonne enthält keine Nüsse.", False),
        (
            "Regenjacke Nord wasserdicht",
            "Die Regenjacke Nord ist nicht nur wasserdicht, sondern warm.",
            False,
        ),
    ),
    *_pairs(
        "de",
        "material",
        ("Tasche Luna aus Leder", "Die Tasche Luna aus Baumwolle.", True),
        ("Tasche Luna aus Leder", "Die Tasche Luna ist aus weichem Leder.", False),
    ),
    *_pairs(
        "de",
        "weekday",
        ("Wochenmarkt am Rathaus freitags", "Der Wochenmarkt am Rathaus ist am Montag.", True),
        ("Wochenmarkt am Rathaus freitags", "Der Wochenmarkt am Rathaus ist am Freitag.", False),
    ),
    *_pairs(
        "fr",
        "colour",
        ("La chaussure rouge", "La chaussure bleue est légère.", True),
        ("La chaussure rouge", "Les chaussures rouges sont légères.", False),
    ),
    *_shown(
        "fr", ("Une chaussure rouge pour la ville.", True), ("Une chaussure bleue pour la ville.", False)
    ),
    *_pairs(
        "fr",
        "number",
        ("Prix du billet 49 euros", "Le prix du billet est de cinquante-neuf euros.", True),
        ("Prix du billet 49 euros", "Le prix du billet est de quarante-neuf euros.", False),
    ),
    *_pairs(
        "fr",
        "denial",
        ("Barre Soleil contient des noix", "La barre Soleil ne contient pas de noix.", True),
        ("Barre Soleil sans noix", "La barre Soleil ne contient pas de noix.", False),
    ),
    *_pairs(
        "es",
        "colour",
        ("El zapato rojo", "El zapato azul es ligero.", True),
        ("El zapato rojo", "Los zapatos rojos son ligeros.", False),
    ),
    *_shown("es", ("Un zapato rojo para la ciudad.", True), ("Un zapato azul para la ciudad.", False)),
    *_pairs(
        "es",
        "number",
        ("Precio de la entrada 49 euros", "El precio de la entrada es de cincuenta y nueve euros.", True),
        ("Precio de la entrada 49 euros", "El precio de la entrada es de cuarenta y nueve euros.", False),
    ),
    *_pairs(
        "es",
        "denial",
        ("Barrita Sol contiene nueces", "La barrita Sol no contiene nueces.", True),
        ("Barrita Sol sin nueces", "La barrita Sol no contiene nueces.", False),
    ),
    *_pairs(
        "it",
        "colour",
        ("La scarpa rossa", "La scarpa nera è leggera.", True),
        ("La scarpa rossa", "Le scarpe rosse sono leggere.", False),
    ),
    *_pairs(
        "it",
        "number",
        ("Prezzo del biglietto 49 euro", "Il prezzo del biglietto è di cinquantanove euro.", True),
        ("Prezzo del biglietto 49 euro", "Il prezzo del biglietto è di quarantanove euro.", False),
    ),
    *_pairs(
        "it",
        "denial",
        ("Barretta Sole contiene noci", "La barretta Sole non contiene noci.", True),
        ("Barretta Sole senza noci", "La barretta Sole non contiene noci.", False),
    ),
    *_pairs(
        "pt",
        "colour",
        ("O sapato vermelho", "O sapato preto é leve.", True),
        ("O sapato vermelho", "Os sapatos vermelhos são leves.", False),
    ),
    *_pairs(
        "pt",
        "number",
        ("Preço do bilhete 49 euros", "O preço do bilhete é de cinquenta e nove euros.", True),
        ("Preço do bilhete 49 euros", "O preço do bilhete é de quarenta e nove euros.", False),
    ),
    *_pairs(
        "pt",
        "denial",
        ("Barra Sol contém nozes", "A barra Sol não contém nozes.", True),
        ("Barra Sol sem nozes", "A barra Sol não contém nozes.", False),
    ),
    *_pairs(
        "ja",
        "colour",
        ("赤いスニーカー", "青いスニーカーは軽い。", True),
        ("赤いスニーカー", "赤いスニーカーは軽い。", False),
    ),
    *_shown("ja", ("赤い靴です。", True), ("青い靴です。", False)),
    *_pairs(
        "ja",
        "number",
        ("価格は350円", "価格は四百五十円です。", True),
        ("価格は350円", "価格は三百五十円です。", False),
    ),
    *_pairs(
        "ja",
        "denial",
        ("登山用雨具は防水ではありません", "登山用雨具は防水です。", True),
        ("登山用雨具は防水ではありません", "登山用雨具は防水ではない。", False),
    ),
    *_pairs(
        "zh",
        "colour",
        ("红色运动鞋", "蓝色运动鞋很轻。", True),
        ("红色运动鞋", "红色运动鞋很轻。", False),
    ),
    *_pairs(
        "zh",
        "number",
        ("票价350元", "票价四百五十元。", True),
        ("票价350元", "票价三百五十元。", False),
    ),
    *_pairs(
        "ko",
        "colour",
        ("빨간 운동화", "파란 운동화는 가볍다.", True),
        ("빨간 운동화", "빨간 운동화는 가볍다.", False),
    ),
    *_pairs(
        "hi",
        "colour",
        ("लाल जूता", "नीला जूता हल्का है।", True),
        ("लाल जूता", "लाल जूता हल्का है।", False),
    ),
    *_pairs(
        "ar",
        "colour",
        ("حذاء أحمر", "حذاء أزرق خفيف.", True),
        ("حذاء أحمر", "حذاء أحمر خفيف.", False),
    ),
    *_pairs(
        "de",
        "denial",
        ("Regenjacke Nord|wasserdicht: nein", "Die Regenjacke Nord ist wasserdicht.", True),
        ("Regenjacke Nord|wasserdicht: nein", "Die Regenjacke Nord ist nicht wasserdicht.", False),
    ),
    *_pairs(
        "fr",
        "denial",
        ("Veste Nord|imperméable : non", "La veste Nord est imperméable.", True),
        ("Veste Nord|imperméable : non", "La veste Nord n'est pas imperméable.", False),
    ),
    *_pairs(
        "es",
        "denial",
        ("Chaqueta Norte|impermeable: no", "La chaqueta Norte es impermeable.", True),
        ("Chaqueta Norte|impermeable: no", "La chaqueta Norte no es impermeable.", False),
    ),
    *_pairs(
        "it",
        "denial",
        ("Giacca Nord|impermeabile: no", "La giacca Nord è impermeabile.", True),
        ("Giacca Nord|impermeabile: no", "La giacca Nord non è impermeabile.", False),
    ),
    *_pairs(
        "pt",
        "denial",
        ("Casaco Norte|impermeável: não", "O casaco Norte é impermeável.", True),
        ("Casaco Norte|impermeável: não", "O casaco Norte não é impermeável.", False),
    ),
    *_pairs(
        "en",
        "denial",
        ("Nora jacket|waterproof: no", "The Nora jacket is waterproof.", True),
        ("Nora jacket|waterproof: no", "The Nora jacket is not waterproof.", False),
    ),
]
