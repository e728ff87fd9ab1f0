"""Personal data by patterns: a marked set, check digits, and what must not be reported.

A finding is marked ``[[TYPE:text]]``; a text without marks holds none.
"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from local.engines.text.pii import personal_data

MARK = re.compile(r"\[\[(\w+):(.*?)\]\]")

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
    text, findings = "", set()
    position = 0
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        findings.add((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        position = mark.end()
    return text + marked[position:], findings


@pytest.mark.parametrize("marked", MARKED)
def test_it_is_found_exactly(marked: str) -> None:
    text, expected = read_marks(marked)
    assert {(each["type"], each["begin"], each["end"]) for each in personal_data(text)} == expected


@pytest.mark.parametrize("text", CLEAN)
def test_nothing_is_reported(text: str) -> None:
    assert personal_data(text) == []


@pytest.mark.parametrize("text", ["Hannah Weber signed yesterday.", "Ship to 742 Evergreen Terrace."])
def test_what_patterns_can_not_know_is_left_out(text: str) -> None:
    assert personal_data(text) == []


@given(st.integers(min_value=0, max_value=10**15 - 1).map(lambda number: f"{number:015d}"))
def test_of_ten_last_digits_exactly_one_makes_a_card(number: str) -> None:
    assume(len(set(number)) > 1)
    cards = [last for last in "0123456789" if personal_data(f"x {number}{last} x")]
    kinds = {each["type"] for last in cards for each in personal_data(f"x {number}{last} x")}
    assert len(cards) == 1
    assert kinds <= {"CREDIT_DEBIT_NUMBER"}


@given(st.text(max_size=300))
def test_findings_are_ordered_apart_and_inside_the_text(text: str) -> None:
    end = 0
    for each in personal_data(text):
        assert end <= each["begin"] < each["end"] <= len(text)
        end = each["end"]


@pytest.mark.parametrize("unit", ["1/1/20 ", "a", "1 ", "Aa ", "a.a@", "A1 "])
def test_time_grows_in_proportion_to_the_text(unit: str) -> None:
    def processor_seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        started = time.process_time()
        personal_data(text)
        return time.process_time() - started

    rounds = [(processor_seconds(10_000), processor_seconds(100_000)) for _ in range(3)]
    quick, slow = (min(column) for column in zip(*rounds, strict=True))
    assert slow / quick < 40, "ten times as much text; a hundred would be its square"
