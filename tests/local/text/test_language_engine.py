"""Which language a text is in: one sentence, in the languages that people bring."""

from __future__ import annotations

import pytest

from local.engines.text.language import dominant_languages

ONE_SENTENCE = {
    "en": "The workshop opens at nine and closes when the last visitor has left.",
    "es": "El taller abre a las nueve y cierra cuando se marcha el último visitante.",
    "fr": "L'atelier ouvre à neuf heures et ferme quand le dernier visiteur est parti.",
    "de": "Die Werkstatt öffnet um neun und schließt, wenn der letzte Besucher gegangen ist.",
    "it": "Il laboratorio apre alle nove e chiude quando l'ultimo visitatore se ne va.",
    "pt": "A oficina abre às nove e fecha quando o último visitante vai embora.",
    "nl": "De werkplaats gaat om negen uur open en sluit als de laatste bezoeker weg is.",
    "sv": "Verkstaden öppnar klockan nio och stänger när den sista besökaren har gått.",
    "da": "Værkstedet åbner klokken ni og lukker, når den sidste gæst er gået.",
    "fi": "Työpaja avataan yhdeksältä ja suljetaan, kun viimeinen vieras on lähtenyt.",
    "pl": "Warsztat otwiera się o dziewiątej i zamyka, gdy wyjdzie ostatni gość.",
    "cs": "Dílna otevírá v devět a zavírá, když odejde poslední návštěvník.",
    "ru": "Мастерская открывается в девять и закрывается, когда уходит последний гость.",
    "uk": "Майстерня відчиняється о дев'ятій і зачиняється, коли йде останній відвідувач.",
    "tr": "Atölye saat dokuzda açılır ve son ziyaretçi gidince kapanır.",
    "el": "Το εργαστήριο ανοίγει στις εννέα και κλείνει όταν φύγει ο τελευταίος επισκέπτης.",
    "he": "הסדנה נפתחת בתשע ונסגרת כשהמבקר האחרון עוזב.",
    "ar": "تفتح الورشة في التاسعة وتغلق عندما يغادر آخر زائر.",
    "hi": "कार्यशाला नौ बजे खुलती है और अंतिम आगंतुक के जाने पर बंद होती है।",
    "ja": "工房は九時に開き、最後の客が帰ると閉まります。",
    "ko": "공방은 아홉 시에 열고 마지막 손님이 떠나면 닫습니다.",
    "zh": "工作坊九点开门，最后一位客人离开后关门。",
    "zh-TW": "工作坊九點開門，最後一位客人離開後關門。",
    "vi": "Xưởng mở cửa lúc chín giờ và đóng khi vị khách cuối cùng ra về.",
    "id": "Bengkel buka pukul sembilan dan tutup setelah pengunjung terakhir pulang.",
    "hu": "A műhely kilenckor nyit, és akkor zár, amikor az utolsó látogató elment.",
    "ro": "Atelierul se deschide la nouă și se închide când pleacă ultimul vizitator.",
}


@pytest.mark.parametrize("code", ONE_SENTENCE)
def test_one_sentence_is_enough(code: str) -> None:
    assert dominant_languages(ONE_SENTENCE[code])[0]["code"] == code


def test_speech_without_punctuation_is_english() -> None:
    heard = "welcome to this short talk about how solar panels turn sunlight into electricity"
    assert dominant_languages(heard)[0]["code"] == "en"


def test_probabilities_come_best_first() -> None:
    found = dominant_languages(ONE_SENTENCE["da"] + " " + ONE_SENTENCE["el"])
    probabilities = [each["probability"] for each in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.0001


@pytest.mark.parametrize("text", ["", "  \n", "12:30 — 45 %", "🎉🎉"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert dominant_languages(text) == []


def test_a_cut_inside_a_character_does_no_harm() -> None:
    assert dominant_languages(ONE_SENTENCE["ja"] * 2000)[0]["code"] == "ja"
