"""Sentences and the same in other words: what only their meaning joins.

Each topic has statements in two wordings, one as people say it, one as a slide or a caption puts it. Two
wordings of one statement share hardly a word; two statements of a topic say different things, although they
are about the same. No topic shares its statements with another, and the topics of ``FITTING_WORDINGS`` and
``HELD_OUT_WORDINGS`` have nothing in common.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import KeyframeAnalysis, Vision
from braid.domain.span import Span
from evaluation.fusion_truth.materials import admission, member, passage, passages
from evaluation.fusion_truth.noise import Noise, misread
from evaluation.fusion_truth.talks import Scene, Talk, frame, utter
from lambdas.fusion.fuse import FusionInput

__all__ = ["FITTING_WORDINGS", "HELD_OUT_WORDINGS", "Wordings", "reworded_bundle", "reworded_talk"]

_PAUSE_MS = 700


@dataclass(frozen=True)
class Wordings:
    """``statements`` are ``(as it is said, as it is shown)``; pictures are shown by a sentence about them."""

    name: str
    shown_as: Literal["slide", "picture"]
    statements: tuple[tuple[str, str], ...]


def _wordings(name: str, text: str, shown_as: Literal["slide", "picture"] = "slide") -> Wordings:
    pairs = (line.split("|") for line in text.strip().splitlines())
    return Wordings(name, shown_as, tuple((said.strip(), shown.strip()) for said, shown in pairs))


FITTING_WORDINGS = (
    _wordings(
        "people at work",
        """
        far fewer of us quit in the first year than before | Early staff turnover is down
        you can now choose when your day begins | Flexible working hours for everyone
        whoever recommends a friend gets a reward | Referral bonus
        we want to hear from you if something goes wrong | Speak up about problems
        new colleagues are paired with somebody experienced | Mentors for beginners
        the canteen will be closed while it is being rebuilt | No lunch service during renovation
        nobody should answer mail after dinner | Evenings are free of e-mail
        moms and dads can stay home longer with a baby | Extended parental leave
        """,
    ),
    _wordings(
        "kitchen knives",
        """
        if you leave it wet it will rust within days | Moisture ruins the steel
        never put it into the machine with your plates | Wash by hand only
        a dull edge slips and cuts your finger | Blunt blades cause injuries
        hold it at a shallow slant when you grind it | Keep a low sharpening angle
        a magnet on the wall is the best place to keep them | Store on a magnetic rack
        glass and stone boards are bad for it | Use wooden cutting surfaces
        the heavy one is made for bones | Cleaver for tough meat
        pull it through with your whole arm instead of pushing down | Slice, do not press
        """,
    ),
    _wordings(
        "online shop",
        """
        customers can send everything back without paying | Free returns
        most orders arrive the very next morning | Overnight delivery
        people often give up when they have to make an account | Registration drives buyers away
        we show shoppers what others liked as well | Product recommendations
        the site was so slow that we lost business | Long loading times cost sales
        you can pay in several parts | Installments accepted
        a robot picks the goods off the shelves | Automated warehouse
        photos from several sides help people decide | More pictures lead to purchases
        """,
    ),
    _wordings(
        "water works",
        """
        our engineers found out where it was dripping | Source of the leak located
        what comes out of the tap is tested every morning | Daily drinking water checks
        old lead tubes are being torn out everywhere | Replacing outdated pipes
        in a dry summer gardens may not be sprinkled | Drought: lawn watering banned
        heavy rain overwhelms the sewers | Storms exceed drain capacity
        the tower holds enough for two days | Reservoir covers a weekend
        bacteria eat what is left of the dirt | Biological cleaning stage
        families get a letter before we shut it off | Households are notified of interruptions
        """,
    ),
    _wordings(
        "town library",
        """
        it stays open until midnight from now on | Late hours for readers
        toddlers love it when stories are read aloud | Reading sessions for small children
        you may keep a novel for a month | Loan period: four weeks
        nobody has to pay for being late any more | Overdue fines abolished
        a van brings books to remote villages | Mobile branch for the countryside
        students need somewhere silent to learn | Quiet study rooms
        you can print things out in three dimensions | Maker space with modern machines
        volunteers help older people with their phones | Smartphone lessons for seniors
        """,
    ),
    _wordings(
        "rooms",
        """
        my kitten naps by the window | A cat sleeps on a windowsill
        dad is making dinner at the stove | A man cooks in a kitchen
        the kids are building a tower out of bricks | Two children play with blocks on a carpet
        grandma reads the morning paper in her armchair | An old woman sits in a chair with a newspaper
        somebody left the laptop running on the desk | An open computer stands on a table
        the puppy tore up the cushion | A small dog lies next to a ripped pillow
        we finally painted the ceiling | A person on a ladder holds a roller
        there are flowers for her birthday | A bouquet of roses in a vase
        """,
        "picture",
    ),
)

HELD_OUT_WORDINGS = (
    _wordings(
        "electric cars",
        """
        on the motorway it fills up in twenty minutes while you have a coffee | Fast charging stations
        when it freezes you don't get nearly as far | Winter reduces range
        there is no oil to change and hardly anything that wears out | Low maintenance costs
        slowing down puts energy back | Regenerative braking
        it is so silent that people don't hear it coming | Warning sound for pedestrians
        tenants have nowhere to plug in overnight | Apartment dwellers lack home chargers
        worn cells end up as storage for houses | Second life for used batteries
        the state hands you money when you buy one | Government purchase subsidy
        """,
    ),
    _wordings(
        "hospital nights",
        """
        one nurse looks after far too many people | Understaffed wards
        scrub your fingers before you touch anybody | Hand hygiene saves lives
        the drug was handed to the wrong person | Medication mix-up
        old patients fall when they get up in the dark | Risk of tumbles at night
        alarms go off so often that nobody listens | Alert fatigue
        the one who leaves tells the next one everything that happened | Structured shift handover
        visitors may come whenever they like | No fixed visiting times
        what hurts should be asked about and written down | Document pain levels
        """,
    ),
    _wordings(
        "hiking trail",
        """
        there is nothing to drink along the way so bring enough | Carry your own water
        painted stones show you where to go | Follow the trail markers
        in the afternoon thunder comes up suddenly | Sudden storms after lunch
        do not feed the bears | Keep food away from wildlife
        the footbridge was swept away last spring | Crossing destroyed by flood
        your phone will not work up there | No mobile coverage
        take whatever you throw away back down with you | Leave no trash behind
        old boots saved me from twisting my ankle | Wear sturdy footwear
        """,
    ),
    _wordings(
        "software release",
        """
        it no longer dies when you open a big file | Crash with large documents fixed
        you can undo as often as you like now | Unlimited history of changes
        it looks better on a dark screen at night | New dark theme
        we made it start twice as quickly | Faster launch
        blind people can use it with a reader | Improved accessibility
        two of you can write in it together | Real-time collaboration
        your password is never kept by us | Credentials are not stored
        it still works when the train goes through a tunnel | Offline mode
        """,
    ),
    _wordings(
        "farm year",
        """
        the cows go back to the meadow as soon as it gets warm | Livestock grazes from spring on
        bugs that eat other bugs save us the poison | Natural pest control
        we never grow the same thing twice in one place | Crop rotation
        hail smashed nearly all the apples | Fruit harvest lost to bad weather
        the tractor steers itself along the rows | Autonomous machinery
        people buy eggs straight from our yard | Direct sales to consumers
        if it does not rain soon we have to pump | Irrigation during dry spells
        the young ones do not want to take over | Lack of successors
        """,
    ),
    _wordings(
        "streets",
        """
        everybody is running for the bus | People hurry towards a vehicle at a stop
        some guy plays the violin for coins | A street musician performs
        she parked her bike against the lamp post | A bicycle leans on a pole
        the market sells fresh vegetables | Stalls with tomatoes and salad
        firemen are putting out the flames | Men in helmets spray water on a burning house
        they are tearing up the road again | Construction workers dig a trench
        it was pouring and we all got soaked | Pedestrians with umbrellas in heavy rain
        the bride throws her bouquet | A woman in a white dress tosses flowers
        """,
        "picture",
    ),
)


def reworded_talk(
    topics: Sequence[Wordings], noise: Noise, rng: random.Random, *, scene_count: int = 8
) -> Talk:
    """A talk whose slides say in other words what is said over them (redundant), or something else of the
    same topic (complementary)."""
    utterances: list[Utterance] = []
    frames: list[KeyframeAnalysis] = []
    scenes: list[Scene] = []
    slides = [topic for topic in topics if topic.shown_as == "slide"]
    at_ms = rng.randrange(500, 3000)
    for number in range(scene_count):
        begin_ms = max(0, at_ms - rng.randrange(100, 500))
        kind, said, shown = _scene(rng.choice(slides), rng)
        for sentence in said:
            utterance, at_ms = utter(len(utterances), sentence, at_ms, noise, rng)
            utterances.append(utterance)
            at_ms += rng.randrange(200, _PAUSE_MS)
        span = Span(begin_ms, at_ms)
        lines = [misread(line, noise, rng) for line in shown]
        frames.append(frame(number, span, lines, member="", rng=rng))
        scenes.append(Scene(span, kind))
    frames = [
        replace(it, span=Span(it.span.start_ms, follower.span.start_ms))
        for it, follower in itertools.pairwise(frames)
    ] + frames[-1:]
    material = FusionInput(
        admission(duration_ms=at_ms + 500),
        transcript=Transcript("en-US", tuple(utterances)),
        vision=Vision(tuple(frames)),
    )
    return Talk(material, tuple(scenes))


def reworded_bundle(topics: Sequence[Wordings], noise: Noise, rng: random.Random) -> Talk:
    """A picture with a caption (or text on it), and a text that says the same or something else."""
    topic = rng.choice(topics)
    kind, said, shown = _scene(topic, rng)
    if topic.shown_as == "picture":
        picture = replace(frame(1, Span(), [], member="photo.jpg", rng=rng), description=shown[0] + ".")
        if kind is AgreementKind.REDUNDANT:
            said = [next(one for one, other in topic.statements if other == shown[0])]
        said = said[:1]
    else:
        lines = [misread(line, noise, rng) for line in shown]
        picture = frame(1, Span(), lines, member="photo.jpg", rng=rng)
    text = " ".join(sentence[0].upper() + sentence[1:] + "." for sentence in said)
    material = FusionInput(
        admission(
            member("photo.jpg", "image", Modality.VISION, media_type="image/jpeg"),
            member("text.txt", "text", Modality.TEXT, media_type="text/plain"),
        ),
        vision=Vision((picture,)),
        passages=passages(passage(1, text, member="text.txt")),
    )
    return Talk(material, (Scene(Span(), kind),))


def _scene(topic: Wordings, rng: random.Random) -> tuple[AgreementKind, list[str], list[str]]:
    """How a scene's sides relate, what is said and what is shown."""
    kind = rng.choice((AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY))
    chosen = rng.sample(topic.statements, rng.randrange(4, 7))
    said_count = rng.randrange(2, 4)
    said, others = chosen[:said_count], chosen[said_count:]
    source = said if kind is AgreementKind.REDUNDANT else others
    shown = [shown for _, shown in source[: rng.randrange(1, 3)]]
    return kind, [sentence for sentence, _ in said], shown
