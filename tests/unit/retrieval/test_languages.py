"""Nothing is found where nothing like it is, in any language: chance is measured in the query's own."""

from __future__ import annotations

import math

from braid.retrieval.background import BACKGROUND_QUERIES
from braid.text.languages import guess_language
from tests.doubles.search_rig import TEXT, SearchRig, WordModel, asset_named
from tests.unit.search.timelines import said, timeline

TEXTS = {
    "heizung.mp4": "Die Heizung muss alle zwei Jahre von einem Fachbetrieb geprüft werden.",
    "rosen.mp4": "Die Rosen werden im März geschnitten, knapp über einem Auge.",
    "museum.mp4": "Der Eintritt in das Museum ist am ersten Sonntag des Monats frei.",
}


class EnglishModel(WordModel):
    """Puts all German near all German, as an encoder does that was taught English."""

    def _vector(self, text: str, gap: float) -> tuple[float, ...]:
        values = list(super()._vector(text, gap))
        if text in BACKGROUND_QUERIES["de"] or guess_language([text]) == "de":
            values[-1] += 2.0
        length = math.hypot(*values)
        return tuple(value / length for value in values)


def rig() -> SearchRig:
    made = SearchRig(spaces=(TEXT,))
    made.models[TEXT] = EnglishModel()
    for name, text in TEXTS.items():
        asset = asset_named(name)
        made.publish(asset, timeline=timeline(said(1, text)))
        made.indexer().index(asset.asset_id)
    return made


def test_a_german_question_about_nothing_finds_nothing_among_german_texts() -> None:
    answer = rig().find("Wie viele Pinguine gibt es in der Antarktis und wer hat sie gezählt?")

    assert answer.hits == ()
    assert answer.near_misses == 3


def test_a_german_question_with_an_answer_finds_it() -> None:
    (first, *_) = rig().find("Wie oft muss die Heizung geprüft werden?").hits
    assert first.name == "heizung.mp4"


def test_each_language_has_a_background_of_its_own() -> None:
    searched = rig()
    searched.find("Wann werden die Rosen geschnitten?")
    german = len(searched.models[TEXT].asked)
    searched.find("Wie oft muss die Heizung geprüft werden?")
    assert len(searched.models[TEXT].asked) == german + 1
    searched.find("how often must the heating be inspected")
    assert len(searched.models[TEXT].asked) == german + 1 + 1 + 36


def test_a_language_without_a_background_finds_what_its_words_stand_in() -> None:
    searched = rig()
    asset = asset_named("whales.mp4")
    searched.publish(asset, timeline=timeline(said(1, "クジラの歌を録音した。")))
    searched.indexer().index(asset.asset_id)

    assert {hit.name for hit in searched.find("クジラの歌").hits} == {"whales.mp4"}
    assert searched.find("火山の噴火").hits == ()
    assert searched.find("火山の噴火", nearest=True).hits
