"""Texts of ours whose language, sentiment or personal data somebody marked; tests read them too."""

from __future__ import annotations

import re

__all__ = ["CLEAN", "JUDGED", "MARKED", "ONE_SENTENCE", "read_marks"]

# One sentence in the languages that people bring, by Comprehend's codes.
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
# How a person judges each.
JUDGED = [
    ("POSITIVE", "The new keyboard feels superb and typing is a joy."),
    ("POSITIVE", "What a fantastic concert, we danced all night."),
    ("POSITIVE", "Customer support answered within minutes and fixed everything."),
    ("POSITIVE", "Best coffee in town, I come here every morning."),
    ("POSITIVE", "I finally passed the exam and I am over the moon."),
    ("POSITIVE", "The room was spotless and the view breathtaking."),
    ("POSITIVE", "Setup took two minutes and it has run flawlessly since."),
    ("POSITIVE", "My kids adore this game."),
    ("NEGATIVE", "The screen cracked on the first day."),
    ("NEGATIVE", "Nobody answered the phone and my refund never arrived."),
    ("NEGATIVE", "The soup was cold and tasted of nothing."),
    ("NEGATIVE", "I regret buying this laptop, the fan is unbearable."),
    ("NEGATIVE", "The app crashes every time I open it."),
    ("NEGATIVE", "Worst flight ever, delayed for six hours without any explanation."),
    ("NEGATIVE", "The instructions are confusing and half the screws were missing."),
    ("NEGATIVE", "She was furious about the broken promise."),
    ("NEUTRAL", "The library has three floors and a reading room."),
    ("NEUTRAL", "Press the button twice to reset the counter."),
    ("NEUTRAL", "The invoice is attached to this message."),
    ("NEUTRAL", "Our next stop is the central station."),
    ("NEUTRAL", "The sample contains forty grams of salt."),
    ("NEUTRAL", "The committee will vote on the proposal in April."),
    ("NEUTRAL", "An inverter converts direct current into alternating current."),
    ("NEUTRAL", "She lives in a flat on the second floor."),
    ("MIXED", "I love the camera. The battery is a disaster."),
    ("MIXED", "The hotel was beautiful. Sadly the breakfast was awful."),
    ("MIXED", "Great story, wonderful music. The acting was terrible and the ending a big disappointment."),
    ("MIXED", "Delivery was fast and friendly. The product broke after one day."),
]
_MARK = re.compile(r"\[\[(\w+):(.*?)\]\]")
# A finding is marked ``[[TYPE:text]]``: those that the patterns were made with.
MARKED = [
    "Please write to [[EMAIL:maria.lopez+news@example.co.uk]] before Friday.",
    "Call me on [[PHONE:+44 20 7946 0958]] or [[PHONE:(415) 555-0132]].",
    "His mobile is [[PHONE:07700 900123]].",
    "Office: [[PHONE:+49 30 901820]]",
    "You can reach us at [[PHONE:1-800-555-0199]] any time.",
    "The card [[CREDIT_DEBIT_NUMBER:5555 5555 5555 4444]] was declined, expiry "
    "[[CREDIT_DEBIT_EXPIRY:09/28]], CVC: [[CREDIT_DEBIT_CVV:321]].",
    "Amex [[CREDIT_DEBIT_NUMBER:378282246310005]] on file.",
    "Transfer to [[INTERNATIONAL_BANK_ACCOUNT_NUMBER:GB82 WEST 1234 5698 7654 32]], BIC "
    "[[SWIFT_CODE:DEUTDEFF500]].",
    "IBAN: [[INTERNATIONAL_BANK_ACCOUNT_NUMBER:FR1420041010050500013M02606]]",
    "Her SSN is [[SSN:219-09-9999]].",
    "ITIN [[US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER:912-70-1234]]",
    "NINO [[UK_NATIONAL_INSURANCE_NUMBER:AB 12 34 56 C]] is required.",
    "NHS number [[UK_NATIONAL_HEALTH_SERVICE_NUMBER:943 476 5919]].",
    "Her SIN is [[CA_SOCIAL_INSURANCE_NUMBER:130 692 544]].",
    "Aadhaar [[IN_AADHAAR:2341 2341 2346]]",
    "PAN [[IN_PERMANENT_ACCOUNT_NUMBER:ABCPE1234F]].",
    "Server [[IP_ADDRESS:192.168.10.254]] has MAC [[MAC_ADDRESS:00:1B:44:11:3A:B7]].",
    "See [[URL:https://example.org/a/b?c=d]].",
    "My name is [[NAME:Peter Novak]] and I am [[AGE:34 years old]].",
    "Meet Dr. [[NAME:Ahmed Khan]] at noon.",
    "She was born on [[DATE_TIME:12 May 1987]].",
    "Appointment: [[DATE_TIME:2025-03-14]].",
    "Our office is at [[ADDRESS:10 Downing Street, London SW1A 2AA]].",
    "Send it to [[ADDRESS:1600 Pennsylvania Avenue, Washington, DC 20500]].",
    "username: [[USERNAME:jdoe42]] password: [[PASSWORD:Tr0ub4dor&3]]",
    "The PIN is [[PIN:8842]].",
    "Passport number [[PASSPORT_NUMBER:C01X00T47]] expires soon.",
    "Driver's license [[DRIVER_ID:D1234567]] was suspended.",
    "AWS key [[AWS_ACCESS_KEY:AKIAIOSFODNN7EXAMPLE]].",
    "aws_secret_access_key = [[AWS_SECRET_KEY:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]]",
    "Routing number [[BANK_ROUTING:121000248]], account number [[BANK_ACCOUNT_NUMBER:000123456789]].",
    "VIN [[VEHICLE_IDENTIFICATION_NUMBER:1M8GDM9AXKP042788]] was recalled.",
    "The license plate: [[LICENSE_PLATE:7ABC123]]",
    "Mi correo es [[EMAIL:ana@ejemplo.es]] y vivo en [[ADDRESS:Calle de Alcalá 45]].",
    "🎉 Überraschung: [[EMAIL:zoë@exämple.org]]",
]
# Without any.
CLEAN = [
    "The invoice number is 4111 1111 1111 1112 and not a card.",
    "Order 123456789012 contains 3 items.",
    "The ratio is 3.14159265 and the score 21:7.",
    "Version 10.4.300.2 was released.",
    "We sold 1 234 567 units in total.",
    "ISBN 978-3-16-148410-0 is out of print.",
    "Section 4.2.1 refers to table 12.",
    "The train carries 800 people per trip and costs 45 million.",
    "Chapter 7 covers pages 100-250.",
    "The password policy requires twelve characters.",
    "Pin the note to the wall.",
    "The Contact Center will open soon.",
    "Reference 0000 0000 0000 0000",
    "Part GB82 WEST 1234 5698 7654 33 is on order.",
    "welcome to this short talk about solar panels in the nineteen eighties",
]


def read_marks(marked: str) -> tuple[str, set[tuple[str, int, int]]]:
    """The text without its marks, and what they mark: type, begin and end in characters."""
    text, findings = "", set()
    position = 0
    for mark in _MARK.finditer(marked):
        text += marked[position : mark.start()]
        findings.add((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        position = mark.end()
    return text + marked[position:], findings
