"""Words to build talks of. No topic shares its sentences with another."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FITTING", "HELD_OUT", "Topic"]


@dataclass(frozen=True)
class Topic:
    """Parts of sentences: ``things`` do ``actions`` to ``objects``; ``facts`` have a number in them.

    Facts are ``(what, unit, lowest, highest)``, claims ``(thing, quality)`` can be denied.
    """

    name: str
    things: tuple[str, ...]
    actions: tuple[str, ...]
    objects: tuple[str, ...]
    places: tuple[str, ...]
    facts: tuple[tuple[str, str, int, int], ...]
    claims: tuple[tuple[str, str], ...]


def _topic(name: str, things: str, actions: str, objects: str, places: str, facts: str, claims: str) -> Topic:
    def parts(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split(","))

    def fact(text: str) -> tuple[str, str, int, int]:
        what, unit, low, high = text.split("|")
        return what.strip(), unit.strip(), int(low), int(high)

    def claim(text: str) -> tuple[str, str]:
        thing, quality = text.split("|")
        return thing.strip(), quality.strip()

    return Topic(
        name,
        parts(things),
        parts(actions),
        parts(objects),
        parts(places),
        tuple(fact(part) for part in facts.split(";")),
        tuple(claim(part) for part in claims.split(";")),
    )


FITTING = (
    _topic(
        "solar power",
        "rooftop panels, the inverter, a battery bank, silicon cells, the grid operator, a tracking mount",
        "convert, store, deliver, balance, measure, collect",
        "morning sunlight, surplus energy, alternating current, the evening peak, storage losses, roof heat",
        "on suburban roofs, in desert parks, during winter months, across the region, at noon",
        "module efficiency|percent|15|25; installation cost|dollars|4000|9000; panel warranty|years|10|30;"
        "battery capacity|kilowatts|5|20",
        "panel glass | fragile; old inverter | repairable; winter yield | predictable",
    ),
    _topic(
        "bread baking",
        "the sourdough starter, strong flour, a stone oven, the apprentice baker, wild yeast, a cold kitchen",
        "raise, flavour, soften, stretch, ferment, brown",
        "the dough, a crisp crust, rye loaves, breakfast rolls, the wheat gluten, an airy crumb",
        "overnight in baskets, before the market opens, under a linen cloth, in steam, on wooden boards",
        "oven temperature|degrees|180|260; proofing time|minutes|40|180; loaf weight|grams|400|1200;"
        "water share|percent|55|85",
        "rye dough | elastic; fresh yeast | necessary; stone oven | expensive",
    ),
    _topic(
        "city cycling",
        "commuters, protected lanes, cargo bikes, the transport office, bicycle couriers, traffic signals",
        "avoid, replace, connect, shorten, calm, slow",
        "car trips, school routes, narrow junctions, delivery vans, the harbour bridge, parking spaces",
        "through the old town, beside the canal, in rush hour, near the station, at crossings",
        "lane length|kilometers|20|90; helmet price|dollars|25|95; daily riders|riders|200|900;"
        "accident share|percent|3|18",
        "bridge ramp | slippery; winter service | reliable; helmet rule | popular",
    ),
    _topic(
        "garden bees",
        "worker bees, the queen, wild flowers, a nervous beekeeper, summer swarms, the wooden hive",
        "visit, pollinate, guard, leave, warm, feed",
        "clover fields, apple blossoms, the young brood, honey frames, an empty box, bitter lavender",
        "after heavy rain, along the hedges, in early spring, behind the barn, above the orchard",
        "colony size|bees|300|900; honey harvest|kilograms|8|35; hive price|dollars|90|320;"
        "brood temperature|degrees|30|38",
        "clover honey | liquid; garden swarm | aggressive; wax frame | reusable",
    ),
    _topic(
        "museum work",
        "a curator, oil paintings, the conservation lab, school classes, marble statues, night guards",
        "restore, borrow, insure, catalogue, protect, exhibit",
        "medieval tapestries, damaged frames, foreign collections, a bronze horse, loan contracts",
        "behind armoured glass, for the anniversary, under dim lamps, in climate chests, on the second floor",
        "ticket price|dollars|8|28; room humidity|percent|38|62; painting height|centimeters|60|290;"
        "restoration time|weeks|3|40",
        "varnish layer | removable; bronze horse | original; evening opening | profitable",
    ),
)

HELD_OUT = (
    _topic(
        "coffee trade",
        "hill farmers, green beans, a drum roaster, export auctions, arabica plants, the tasting panel",
        "dry, grade, ship, buy, darken, reject",
        "ripe cherries, bitter acids, jute sacks, the espresso blend, chocolate aromas, broken kernels",
        "on terraces, after the monsoon, in cool warehouses, before first crack, at port",
        "roasting time|minutes|9|21; sack weight|kilograms|45|70; auction price|dollars|12|88;"
        "caffeine share|percent|2|9",
        "robusta bean | sour; paper filter | biodegradable; second harvest | certain",
    ),
    _topic(
        "mountain rescue",
        "helicopter crews, trained dogs, avalanche beacons, exhausted climbers, volunteer doctors, cables",
        "locate, lift, bandage, warn, reach, evacuate",
        "buried skiers, broken ankles, a missing group, frozen ropes, the summit hut, injured hikers",
        "above the glacier, in thick fog, before nightfall, along the ridge, near the ravine",
        "rope length|meters|30|120; rescue altitude|feet|4000|9800; search time|hours|2|19;"
        "mission cost|dollars|700|5200",
        "north face | passable; cable car | operational; rescue flight | free",
    ),
    _topic(
        "paper making",
        "wood pulp, recycled fibres, the rolling press, a watermark mould, bleaching agents, mill engineers",
        "filter, press, whiten, bind, strengthen, cut",
        "newspaper sheets, cardboard boxes, drying felts, banknote stock, the wet web, envelope rolls",
        "at high speed, in closed tanks, without chlorine, beside the river, under vacuum",
        "sheet weight|grams|60|300; water saving|percent|12|48; roll width|meters|3|11;"
        "machine price|dollars|2000|8800",
        "coated paper | recyclable; river water | drinkable; hand mould | durable",
    ),
    _topic(
        "deep sea diving",
        "research submarines, pressure suits, giant squid, sonar maps, oxygen tanks, the support vessel",
        "explore, photograph, withstand, map, sample, illuminate",
        "volcanic vents, ancient shipwrecks, crushing depths, manganese nodules, blind shrimps, coral slopes",
        "below the thermocline, off the coast, through murky water, during the expedition, in trenches",
        "dive depth|meters|300|990; cabin pressure|percent|90|110; tank volume|liters|10|24;"
        "charter cost|dollars|1500|9400",
        "sonar echo | misleading; suit joint | watertight; vent field | inhabited",
    ),
    _topic(
        "public libraries",
        "librarians, picture books, reading clubs, mobile shelves, teenage visitors, quiet study rooms",
        "recommend, digitise, lend, renew, collect, shelve",
        "detective novels, tax guides, historic newspapers, audio discs, comic series",
        "on Saturday mornings, at the branch counter, for commuters, near the playground, in the basement",
        "late fee|cents|15|95; opening time|hours|28|64; card holders|holders|300|980;"
        "shelf space|meters|40|230",
        "reading room | crowded; library card | transferable; evening course | bookable",
    ),
)
