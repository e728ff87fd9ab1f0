"""Languages by code: which are read here, their function words, and the script that a text is written in.

The languages are those that Amazon Comprehend reads. Function words carry grammar, not content: articles,
prepositions, pronouns, auxiliaries (closed classes, so that the lists can be complete enough). Negators are
among them; ``braid.text.attributes.negation`` reads those.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["FUNCTION_WORDS", "LANGUAGES", "base_language", "guess_language", "script_of"]

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ja", "zh", "ko", "ar", "hi")

_FUNCTION_WORDS = {
    "en": """
        a about above after again all also am an and any are as at be because been before being below between
        both but by can cannot could did do does doing down during each either else ever every for from
        further had has have having he her here hers herself him himself his how i if in into is it its
        itself just let may me might more most much must my myself neither no nor not of off on once only or
        other our ours out over own per really same shall she should so some such than that the their theirs
        them themselves then there these they this those through to too under until up upon us very was we
        well were what when where which while who whom whose why will with within without would yet you your
        yours never none nobody nothing don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't
        couldn't shouldn't hasn't haven't hadn't it's that's there's we're you're they're i'm i've i'll i'd
        he's she's let's you're they're we've you've we'll you'll even ever now oh ok okay uh um yeah yes
    """,
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da
        damit dann das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses
        dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer für gegen habe haben
        hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede
        jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner können man mein meine mich mir mit
        muss müssen nach nicht nichts nie niemals niemand noch nun nur ob oder ohne schon sehr sein seine
        seinem seinen seiner sich sie sind so soll sollen sollte über um und uns unser unter vom von vor war
        waren was weder ab weg los weil wenn wer werden wie wieder will wir wird wo wollen wurde wurden würde
        zu zum zur zwischen
    """,
    "fr": """
        à ai aie ainsi alors après as au aucun aucune aujourd'hui aussi autre autres aux avait avant avec avez
        avoir avons c'est car ce cela ces cet cette ceux chez ci comme d'un d'une dans de depuis des donc dont
        du elle elles en encore entre es est et étaient était été être eu eux fait il ils j'ai je jamais
        jusque l la là le les leur leurs lors lui ma mais me même mes moi mon n'a n'est n'y ne ni non nos
        notre nous on ont ou où par parce pas pendant peu peut plus pour près puis qu'il qu'ils qu'un qu'une
        quand que quel quelle qui quoi rien s'est sa sans se sera ses si sinon soit son sont sous sur ta te
        tes toi ton toujours tous tout toute toutes très tu un une vers vos votre vous y
    """,
    "es": """
        a al algo algún alguna algunos ante antes aquel aquella así aún aunque cada casi como con contra cual
        cuando cuyo da de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa ese
        eso esta está están estar estas este esto estos fue fueron ha había han hasta hay he la las le les lo
        los más me mi mientras mis mucho muy nada nadie ni ningún ninguna ninguno no nos nosotros nuestra
        nuestro nunca o os otra otras otro otros para pero poco por porque pues que qué quien se sea según
        ser si sí sido sin sobre son su sus también tampoco tan tanto te tiene tienen toda todas todo todos
        tu tus u un una unas uno unos usted y ya yo jamás
    """,
    "it": """
        a abbia ad agli ai al alla alle allo anche ancora avere aveva c'è che chi ci ciò coi col come con
        contro cosa così cui da dagli dai dal dalla dalle dallo degli dei del della delle dello dentro di
        dopo dove due è e ed era erano essere fa fino fra fu gli ha hanno ho i il in io l l'ha la le lei li
        lo loro lui ma mai me mentre mi mia mio molto ne né negli nei nel nella nelle nessun nessuna nessuno
        niente nulla no noi non nostra nostro o ogni oltre per perché però più poi prima può qua quale quando
        quanto quella quelle quelli quello questa queste questi questo qui se sei senza si sia sono sopra
        sotto stata stato su sua sue sui sul sulla suo suoi tra tu tutta tutte tutti tutto un un'altra una
        uno vi voi
    """,
    "pt": """
        a ao aos apenas após as às assim até cada com como contra da das de dela dele deles depois desde dessa
        desse desta deste do dos e é ela elas ele eles em entre era eram essa esse esta está estão estar este
        eu foi foram há isso isto já jamais lhe mais mas me mesmo meu minha muito na nada não nas nem nenhum
        nenhuma ninguém no nos nós nossa nosso num numa nunca o onde os ou outra outro outros para pela pelas
        pelo pelos pois por porque qual quando que quem são se sem sempre ser seu seus si sob sobre sua suas
        também tão te tem têm ter teu toda todas todo todos tu tudo um uma umas uns você vocês
    """,
    "ar": """
        في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم كان كانت يكون قد ما لا لم لن ليس
        ليست أن ان إن أو او ثم كل بعد قبل عند بين غير بدون دون حتى إذا و كما
    """,
    "hi": """
        का की के को में से पर और है हैं था थी थे हो यह वह ये वे इस उस इन उन एक भी ही तो कि जो ने तक लिए कर या
        नहीं न मत बिना साथ बाद पहले अपने अपनी अपना होता होती होते गया गई गए
    """,
}
FUNCTION_WORDS = {code: frozenset(words.split()) for code, words in _FUNCTION_WORDS.items()}

# The first and last characters of each script. Compared one by one: a pattern with such ranges takes up to
# two milliseconds to compile, in every cold start.
_SCRIPTS = {
    "kana": ("\u3040\u30ff", "\u31f0\u31ff"),
    "han": ("\u3400\u4dbf", "\u4e00\u9fff", "\uf900\ufaff"),
    "hangul": ("\u1100\u11ff", "\uac00\ud7af"),
    "arabic": ("\u0600\u06ff", "\u0750\u077f"),
    "devanagari": ("\u0900\u097f",),
    "thai": ("\u0e00\u0e7f",),
    "cyrillic": ("\u0400\u052f",),
    "greek": ("\u0370\u03ff",),
    "hebrew": ("\u0590\u05ff",),
    "latin": ("AZ", "az", "\u00c0\u024f"),
}
_LANGUAGE_OF_SCRIPT = {"kana": "ja", "han": "zh", "hangul": "ko", "arabic": "ar", "devanagari": "hi"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# A character of these scripts says as much as two or three letters of an alphabet.
_DENSE = {"han": 3, "kana": 2, "hangul": 2}


def base_language(code: str | None) -> str | None:
    """``de`` of ``de-CH``; ``None`` where it isn't one of ``LANGUAGES``."""
    base = (code or "").replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


@functools.lru_cache(maxsize=8_192)
def script_of(text: str) -> str | None:
    """The script of most of the letters; Japanese is ``kana`` where a kana stands among its ideographs."""
    counts = dict.fromkeys(_SCRIPTS, 0)
    for character, count in Counter(text).items():
        for name, ranges in _SCRIPTS.items():
            if any(pair[0] <= character <= pair[1] for pair in ranges):
                counts[name] += count * _DENSE.get(name, 1)
                break
    if counts["kana"]:
        counts["kana"] += counts.pop("han")
    name = max(counts, key=lambda each: counts[each])
    return name if counts[name] else None


def guess_language(texts: Iterable[str]) -> str | None:
    """The language that the script or the function words tell; ``None`` where they don't.

    Two function words more than in any other language are asked for: "Hotel in Berlin" tells nothing.
    """
    text = " ".join(texts)
    script = script_of(text)
    if script in _LANGUAGE_OF_SCRIPT:
        return _LANGUAGE_OF_SCRIPT[script]
    if script != "latin":
        return None
    words = _WORD.findall(text.lower().replace("’", "'"))
    counts = sorted(
        (
            (sum(word in FUNCTION_WORDS[code] for word in words), code)
            for code in ("en", "de", "fr", "es", "it", "pt")
        ),
        reverse=True,
    )
    return counts[0][1] if counts[0][0] >= counts[1][0] + 2 else None
