"""Pairs of words that can't both be said of one thing: open and closed, hot and cold, on the left and on the
right.

Only pairs are listed that leave little room in between; a prefix that denies (``unsafe``) makes one as well.
"""

from __future__ import annotations

import functools

from braid.text.stems import stem

__all__ = ["opposite_pairs", "opposite_stems"]

_PAIRS = {
    "en": """
        open closed,opens closes,hot cold,warm cold,safe dangerous,left right,upper lower,
        increase decrease,increased decreased,increases decreases,rises falls,rise fall,rose fell,
        win lose,won lost,allowed forbidden,permitted prohibited,permitted forbidden,
        allowed prohibited,cheap expensive,full empty,wet dry,heavy light,dark bright,loud quiet,
        accept reject,accepted rejected,approved rejected,indoor outdoor,indoors outdoors,
        inside outside,male female,alive dead,guilty innocent,buy sell,arrive depart,arrives departs,
        arrival departure,include exclude,included excluded,includes excludes,before after,above below,
        maximum minimum,morning evening,north south,east west,northern southern,eastern western,
        push pull,smooth rough,sharp blunt,asleep awake,free occupied,present absent,true false,
        raise lower,raised lowered,soft hard,vegetarian meat,mandatory optional,required optional,
        temporary permanent,single double,public private,clockwise counterclockwise,soluble insoluble
    """,
    "de": """
        offen geschlossen,geöffnet geschlossen,öffnet schließt,heiß kalt,warm kalt,links rechts,
        erlaubt verboten,gestattet verboten,billig teuer,voll leer,nass trocken,schwer leicht,
        hell dunkel,laut leise,innen außen,steigt fällt,stieg fiel,vor nach,über unter,
        sicher gefährlich,gewonnen verloren,maximal minimal,inklusive exklusive,morgens abends,
        nord süd,norden süden,osten westen,ankunft abfahrt,angenommen abgelehnt,weich hart,rauh glatt
    """,
    "fr": """
        ouvert fermé,ouvre ferme,chaud froid,gauche droite,autorisé interdit,permis interdit,
        plein vide,mouillé sec,lourd léger,clair sombre,bruyant silencieux,intérieur extérieur,
        augmente diminue,avant après,gagné perdu,inclus exclu,matin soir,nord sud,est ouest,
        arrivée départ,accepté refusé,mou dur
    """,
    "es": """
        abierto cerrado,abre cierra,caliente frío,izquierda derecha,permitido prohibido,barato caro,
        lleno vacío,mojado seco,pesado ligero,claro oscuro,interior exterior,aumenta disminuye,
        antes después,seguro peligroso,ganado perdido,incluido excluido,mañana noche,norte sur,
        este oeste,llegada salida,aceptado rechazado,blando duro
    """,
    "it": """
        aperto chiuso,apre chiude,caldo freddo,sinistra destra,permesso vietato,consentito vietato,
        economico caro,pieno vuoto,bagnato asciutto,pesante leggero,chiaro scuro,interno esterno,
        aumenta diminuisce,prima dopo,sicuro pericoloso,vinto perso,incluso escluso,mattina sera,
        nord sud,est ovest,arrivo partenza,accettato rifiutato
    """,
    "pt": """
        aberto fechado,abre fecha,quente frio,esquerda direita,permitido proibido,barato caro,
        cheio vazio,molhado seco,pesado leve,claro escuro,interior exterior,aumenta diminui,
        antes depois,seguro perigoso,ganho perdido,incluído excluído,manhã noite,norte sul,
        leste oeste,chegada partida,aceito rejeitado
    """,
}
_PREFIXES = {
    "en": ("un", "in", "im", "non", "dis"),
    "de": ("un",),
    "fr": ("in", "im"),
    "es": ("in", "im"),
    "it": ("in", "im"),
    "pt": ("in", "im"),
}
_LEAST_ROOT = 4


@functools.cache
def opposite_pairs(language: str) -> tuple[tuple[str, str], ...]:
    """The listed pairs of opposites, as words."""
    pairs = [pair.split() for pair in _PAIRS.get(language, "").split(",")]
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


@functools.cache
def _table(language: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for words in opposite_pairs(language):
        one, other = (stem(word, language) for word in words)
        if one != other:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@functools.lru_cache(maxsize=65_536)
def opposite_stems(stemmed: str, language: str) -> frozenset[str]:
    """The stems that deny a stem: its listed opposites, and it with or without a prefix that denies."""
    found = set(_table(language).get(stemmed, ()))
    for prefix in _PREFIXES.get(language, ()):
        root = stemmed.removeprefix(prefix)
        if root != stemmed and len(root) >= _LEAST_ROOT:
            found.add(root)
        found.add(prefix + stemmed)
    return frozenset(found)
