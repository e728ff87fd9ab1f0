"""What is said in the recordings of our own making: fitting and test sentences share no text."""

from __future__ import annotations

__all__ = ["FITTING", "TEST"]

TEST = (
    "The library opens at nine on weekdays and at ten on Saturday. Please bring your card when you come.",
    "A small leak under the kitchen sink can ruin a wooden floor within a week, so check the pipes first.",
    "Our new camera weighs less than a cup of coffee and takes pictures in almost complete darkness.",
    "She walked along the river until the path ended, then turned back before the rain began.",
    "Before you paint the wall, wash it with warm water and let it dry for at least one night.",
    "The museum has three floors. Paintings hang on the first, and the children play on the second.",
    "Most of the energy that a house uses in winter goes into heating water and air.",
    "If the engine makes a strange noise, stop the car, open the hood and look for smoke.",
    "The teacher explained why the moon looks larger when it stands close to the horizon.",
    "We tested the battery for twelve hours, and it still held more than half of its charge.",
    "Cut the bread into thick slices, rub them with garlic and put them under the grill.",
    "The committee decided to close the old bridge and to build a new one further north.",
)

FITTING = (
    "Every morning the baker carries fresh rolls to the small hotel at the end of the street.",
    "Turn the handle to the left until you hear a click, then pull the door towards you.",
    "The price of oil fell again on Monday, while gold and silver stayed where they were.",
    "Do not leave the tent open at night, because the mosquitoes come with the first light.",
    "Fold the paper in half twice, cut off the corner and open it again. You should see a star.",
    "The patient was given two tablets and told to rest, but the pain came back after an hour.",
    "Scientists found that the birds sleep while they fly, with one half of the brain at a time.",
    "My grandfather built this chair from an oak that had fallen in a storm behind the barn.",
    "Save the document under another name, so that nobody overwrites it by accident.",
    "The train to the airport leaves from platform six, not from platform nine as announced.",
    "Mix the flour with cold butter and a pinch of salt, and keep the dough in the fridge.",
    "Nobody knew who had switched off the lights, but everyone heard the window break.",
)
