"""English words that aren't the name of a thing: they bound and never head a noun phrase."""

from __future__ import annotations

__all__ = ["FUNCTION_WORDS", "NEVER_HEADS", "VERBS"]

FUNCTION_WORDS = frozenset(
    """
    a an the and or but nor so yet if then else than because since unless until while although though
    whereas of to in on at by for from with without within into onto over under above below between among
    through throughout during before after about around against along across behind beside beyond despite
    except inside outside near off out up down per via toward towards upon as like till upwards downwards i
    me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
    hers herself it its itself they them their theirs themselves this that these those who whom whose which
    what whatever whoever where when why how there here am is are was were be been being has have had having
    do does did doing done will would shall should can could may might must ought cannot i'm i've i'll i'd
    you're you've you'll we're we've we'll they're they've they'll he's she's it's that's there's here's
    what's who's let's don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't
    shouldn't hasn't haven't hadn't ain't not no none nothing nobody never neither either each every all any
    some both few more most much many several other another such own same only just also too very quite
    rather almost even still already again once ever always often sometimes usually now today tonight soon
    later ago away back yes yeah ok okay oh uh um ah hmm mm well please thanks hello hi hey bye one two
    three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    first second third last next etc ie eg vs something anything everything someone anyone everyone somebody
    anybody everybody somewhere anywhere everywhere thing things stuff lot lots kind sort bit way ways
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

_IRREGULAR_VERBS = frozenset(
    """
    be become becomes became becoming begin begins began begun beginning bring brings bringing brought build
    builds built buy buys buying bought catch catches caught choose chooses chose chosen choosing come comes
    coming came cut cuts cutting deal dealt do draw drew drawn drink drank drive drives drove driven eat
    eats ate eaten eating fall falls fell fallen feel feels felt fight fought find finds finding found fly
    flew flown forget forgets forgot forgotten get gets getting got gotten give gives giving gave given go
    goes going gone went gonna gotta grow grows grew grown growing hang hung hear hears hearing heard hide
    hid hidden hold holds holding held keep keeps keeping kept know knows knowing knew known lay laid lead
    leads led leave leaves leaving left lend lent let lets letting lie lying lose loses losing lost make
    makes making made mean means meant meet meets met pay pays paying paid put puts putting quit read reads
    ride rode ridden rise rises rose risen run runs running ran say says saying said see sees seeing saw
    seen seek sought sell sells selling sold send sends sending sent set sets shake shook show shows showing
    showed shown shut sing sang sit sits sitting sat sleep slept speak speaks speaking spoke spoken spend
    spends spending spent spread stand stands standing stood steal stole stick stuck take takes taking took
    taken teach teaches taught tell tells telling told think thinks thinking thought throw throws threw
    thrown understand understands understood wake woke wear wears wore win wins winning won write writes
    writing wrote written wanna based cost costs welcome lasts lasted need needs needed use uses used work
    works worked call calls called help helps helped look looks looked looking start starts started turn
    turns turned try tries tried play plays played plan plans planned talk talks talked love loves loved
    hope hopes hoped stop stops stopped test tests tested report reported store stored release releases
    released change changed charge charged design designed increase increases increased guess matter matters
    visit visited move moves moved end ends ended cause causes caused
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

# Those that are hardly ever nouns, so that all their forms end a noun phrase.
_REGULAR_VERBS = frozenset(
    """
    absorb accept achieve add adjust admit affect afford agree allow announce apologize appear apply
    appreciate approve argue arrive arrange ask assume attach attend attract avoid believe belong borrow
    bother breathe calculate capture carry celebrate clarify close collect combine compare complain complete
    confirm connect consider consist contain continue contribute convert convince create cure decide declare
    decrease define delay deliver demonstrate deny depend describe deserve destroy detect determine develop
    disagree disappear discover discuss divide earn educate eliminate employ enable encourage enjoy ensure
    enter establish estimate evaluate examine exist expand expect explain explore express extend fail follow
    generate greet guarantee happen hate identify ignore illustrate imagine implement improve include
    indicate inform insist inspire install intend introduce invent invite involve join laugh learn listen
    live locate maintain manage marry measure mention observe obtain occur offer operate organize
    participate perform persuade possess predict prefer prepare prevent proceed produce promise promote
    pronounce protect prove provide publish pull push raise reach react realize receive recognize recommend
    reduce refer reflect refuse regret relate relax rely remain remember remind remove repair repeat replace
    represent require rescue resolve respond retire return reveal satisfy save scare seem select separate
    serve settle share shout smile solve stare stay struggle subscribe succeed suffer suggest supply suppose
    surround survive tend thank transform translate travel treat trust use vary wait walk want warn waste
    watch weigh wonder worry
    """.split()  # noqa: SIM905 - words read better than a list of literals
)


def _forms(verb: str) -> set[str]:
    """allow: allows allowed allowing; carry: carries carried; close: closes closed closing."""
    if verb.endswith("y") and verb[-2] not in "aeo":
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing"}
    plural = "es" if verb.endswith(("s", "x", "ch", "sh")) else "s"
    return {verb, verb + plural, verb + "ed", verb + "ing", verb + verb[-1] + "ed", verb + verb[-1] + "ing"}


VERBS = _IRREGULAR_VERBS | {form for verb in _REGULAR_VERBS for form in _forms(verb)}

_ADJECTIVES_AND_ADVERBS = frozenset(
    """
    able actual afraid amazing available aware awesome bad basic beautiful best better big bigger biggest
    bright broad certain cheap clean clear close closed cold common complete complex cool correct current
    dark deep different difficult direct dry due early easy easier enough entire equal exact excellent
    expensive fair familiar far fast faster fine flat free fresh full fun funny future general gentle glad
    good great greater greatest happy hard harder healthy heavy high higher highest hot huge important
    impossible incredible independent interested interesting jolly junior key large larger largest late
    latest least less likely little local long longer loud low lower lowest main major mere modern narrow
    necessary new newer newest nice normal obvious old older oldest open ordinary original particular past
    perfect personal poor popular possible potential present pretty previous private proper public quick
    quiet rapid rare raw ready real recent red regular related relevant right rich safe sad serious several
    shallow sharp short shorter significant similar simple slow small smaller smallest smart soft special
    specific steady strange strong stronger successful such sudden sure sweet tall tight tiny tired total
    true typical unable unique unlikely unusual upper solar useful usual various vast warm weak wet whole
    wide wild wonderful worse worst wrong young younger else maybe perhaps together instead however
    therefore thus otherwise moreover meanwhile anyway indeed
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

NEVER_HEADS = VERBS | _ADJECTIVES_AND_ADVERBS
