"""Numbers, dates, denials, names and stems as texts of several languages have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.attributes.negation import read_clauses
from braid.text.languages import LANGUAGES, guess_language, script_of
from braid.text.names import names_in, names_of, unsupported_names
from braid.text.numbers.figures import read_figures, unsupported_figures
from braid.text.numbers.spelled_numbers import in_digits
from braid.text.stems import content_stems


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("de", "neunundvierzig Euro", "49 Euro"),
        ("de", "zweitausendvierundzwanzig", "2024"),
        ("de", "ein Haus", "ein Haus"),
        ("fr", "quatre-vingt-dix-neuf euros", "99 euros"),
        ("fr", "un livre neuf", "un livre neuf"),
        ("es", "mil doscientos cincuenta y nueve", "1259"),
        ("it", "duemila trecento ventitré", "2323"),
        ("pt", "duzentos e cinquenta e um", "251"),
        ("ja", "三百五十円", "350 yen "),
        ("ja", "一緒に行く", "一緒に行く"),
        ("zh", "三万元", "30000 yuan "),
        ("en", "forty nine", "forty nine"),
    ],
)
def test_numbers_in_words_become_digits(language: str, text: str, digits: str) -> None:
    assert in_digits(text, language) == digits


@pytest.mark.parametrize(
    ("claim", "evidence", "language", "unsupported"),
    [
        ("It opens at 3 and costs $99.", "It opens at 9 a.m. and costs $12.", "en", ["3", "$99"]),
        ("It opens at nine and costs twelve dollars.", "It opens at 9 a.m. and costs $12.", "en", []),
        ("On 3 March 2024.", "March 3, 2024", "en", []),
        ("On 4 March 2024.", "March 3, 2024", "en", ["4 March 2024"]),
        ("Am 3. März um halb zehn", "3.3.2024, 9:30 Uhr", "de", []),
        ("At 21:00", "9 pm", "en", []),
        ("At 9 am", "9 pm", "en", ["9 am"]),
        ("12 euros", "$12", "en", ["12 euros"]),
        ("It takes 90 minutes.", "1.5 hours", "en", []),
        ("50 dollars", "$49.99", "en", []),
        ("$49.99", "50 dollars", "en", ["$49.99"]),
        ("In 1952", "founded in 1954", "en", ["1952"]),
        ("Open on Wednesday.", "Open Monday to Friday.", "en", []),
        ("Open on Sunday.", "Open Monday to Friday.", "en", ["Sunday"]),
        ("Three colours", "red, green and blue mugs", "en", []),
        ("Five seats", "seven seats, 5 doors", "en", ["five"]),
        ("See figure 2.", "Figure 1 shows cups and plates.", "en", ["2"]),
        ("30 guests in all", "12 guests, then 18 guests", "en", ["30"]),
        ("Costs 30 dollars in all.", "The cup is $12, the plate $18.", "en", []),
        ("10 out of 12", "10 of 12 passed", "en", []),
        ("Step 1: sowing", "First sow the seeds.", "en", []),
        ("Step 3: sowing", "First sow the seeds.", "en", ["3"]),
        ("Schritt 2: Gießen", "Zweitens gießt ihr die Pflanzen.", "de", []),
        ("Étape 4", "Quatrièmement, arrosez les plantes.", "fr", []),
        ("Paso 5", "El quinto paso es cortar.", "es", []),
        ("Costs $3", "The third cup is blue.", "en", ["$3"]),
        ("Two ovens arrive.", "The second oven arrives in April.", "en", ["two"]),
        ("Step two: watering", "Second, water the plants.", "en", []),
    ],
)
def test_a_figure_is_supported_where_the_evidence_has_it(
    claim: str, evidence: str, language: str, unsupported: list[str]
) -> None:
    found = unsupported_figures(read_figures(claim, language), [read_figures(evidence, language)], 1)
    assert found == unsupported


@pytest.mark.parametrize(
    ("language", "text", "denied"),
    [
        ("en", "The jacket isn't waterproof.", "waterproof"),
        ("en", "It is not only warm but light.", None),
        ("en", "No. 5 is the largest.", None),
        ("en", "A sugar-free drink.", "sugar"),
        ("de", "Der Riegel enthält keine Nüsse.", "nuss"),
        ("de", "nicht nur warm", None),
        ("fr", "Le riz ne contient pas de noix.", "noix"),
        ("es", "No contiene nueces.", "nuec"),
        ("ja", "この靴は防水ではありません", "防水"),
        ("zh", "不含坚果", "坚果"),
    ],
)
def test_what_is_denied(language: str, text: str, denied: str | None) -> None:
    scopes = [denial.scope for clause in read_clauses(text, language) for denial in clause.denials]
    assert (denied is None and not scopes) or any(denied in scope for scope in scopes), scopes


def test_names_are_what_is_written_large_within_a_sentence() -> None:
    text = "The shop of Alice Smith in Paris opens. Then Bob of IBM said so on Monday, March 3."
    assert names_in(text, "en") == {"alice", "smith", "paris", "bob", "ibm"}
    assert names_in("Light And Fast Shoes", "en") == frozenset()
    assert names_in("Der Hund im Garten", "de") == frozenset()


def test_a_name_may_be_spelled_otherwise() -> None:
    evidence = ["Germany and the United States: a shop"]
    assert unsupported_names("A shop in the US, by Germans", "en", evidence) == []
    assert unsupported_names("A shop of Alice Smith", "en", ["the shop of Alice Jones"]) == ["smith"]
    assert unsupported_names("Paula opened it", "en", ["she opened it"], frozenset({"paula"})) == ["paula"]


def test_a_path_and_a_plural_name_nobody() -> None:
    cited = ["a canvas tote bag for shopping"]
    assert unsupported_names("Clothing > Accessories > Bags and backpacks", "en", cited) == []
    assert unsupported_names("one of the Bags", "en", cited) == []
    assert unsupported_names("one of the Bay", "en", ["bays"]) == ["bay"], "too short to tell"
    assert unsupported_names("Home > a cup by Alice and others", "en", cited) == ["alice"]


def test_headings_write_words_large_that_are_no_names() -> None:
    cited = ["First plant the seeds in March."]
    names = names_of([*cited, "There are four simple steps, and then Alice Jones waits."], "en")
    assert unsupported_names("First Step", "en", cited, names) == []
    assert unsupported_names("Payment Method", "en", cited, names) == []
    assert unsupported_names("RETURN POLICY", "en", cited, names) == []
    assert unsupported_names("Alice Jones", "en", cited, names) == ["alice", "jones"]
    assert unsupported_names("IBM Servers", "en", [*cited, "Servers"], names) == ["ibm"]
    assert unsupported_names("the Step of the garden", "en", cited, names) == ["step"]


def test_stems_are_those_of_the_language() -> None:
    assert content_stems("Die roten Schuhe", "de") == content_stems("ein roter Schuh", "de")
    assert content_stems("les chaussures rouges", "fr") == content_stems("la chaussure rouge", "fr")
    assert content_stems("colours", "en") == content_stems("color", "en")


def test_a_language_is_told_by_its_function_words_or_its_script() -> None:
    assert guess_language(["Der Hund ist im Garten und nicht im Haus."]) == "de"
    assert guess_language(["The dog is in the garden."]) == "en"
    assert guess_language(["この靴は防水です"]) == "ja"
    assert guess_language(["Hotel Berlin"]) is None
    assert script_of("42") is None


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_bears_itself(text: str, language: str) -> None:
    figures = read_figures(text, language)
    assert unsupported_figures(figures, [figures], 1) == []
    assert read_clauses(text, language) == read_clauses(text, language)
    assert unsupported_names(text, language, [text]) == []


@given(st.integers(min_value=2, max_value=99), st.sampled_from(["$", "€", "£"]))
def test_another_amount_is_never_supported(value: int, sign: str) -> None:
    evidence = read_figures(f"The ticket costs {sign}{value}.", "en")
    claim = read_figures(f"The ticket costs {sign}{value + 1}.", "en")
    assert unsupported_figures(claim, [evidence], 1)
