"""English words that aren't the name of a thing: they bound and never head a noun phrase."""

from __future__ import annotations

__all__ = ["FUNCTION_WORDS", "NEVER_HEADS", "VERBS"]

FUNCTION_WORDS = frozenset(
    """
    a an the and or but nor so yet if then else than because since unless until while although though
    whereas of to in on at by for from with without within into onto over under above below between among
    through throughout during before after about around against along across behind beside beyond despite
    except inside outside near off out up down per via toward towards upon as like i me my mine myself we us
    our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
    itself they them their theirs themselves this that these those who whom whose which what whatever
    whoever where when why how there here am is are was were be been being has have had having do does did
    doing done will would shall should can could may might must ought cannot i'm i've i'll i'd you're you've
    you'll we're we've we'll they're they've they'll he's she's it's that's there's here's what's who's
    let's don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't hasn't
    haven't hadn't ain't not no none nothing nobody never neither either each every all any some both few
    more most much many several other another such own same only just also too very quite rather almost even
    still already again once ever always often sometimes usually now today tonight soon later ago away back
    yes yeah ok okay oh uh um ah hmm mm well please thanks hello hi hey bye one two three four five six
    seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
    thirty forty fifty sixty seventy eighty ninety hundred thousand million billion first second third last
    next etc ie eg vs something anything everything someone anyone everyone somebody anybody everybody
    somewhere anywhere everywhere thing things stuff lot lots kind sort bit way ways
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

VERBS = frozenset(
    """
    accept accepts accepted add adds added adding agree agrees agreed allow allows allowed allowing appear
    appears appeared apply applies applied arrive arrives arrived ask asks asked asking assume assumes
    assumed avoid avoids avoided be become becomes became becoming begin begins began begun believe believes
    believed bring brings bringing brought build builds built buy buys bought call calls called calling came
    care carry carries carried catch caught choose chooses chose chosen come comes coming compare compared
    connect connects connected consider considers considered contain contains contained continue continues
    continued create creates created creating cut decide decides decided depend depends describe describes
    described develop developed die died discuss discussed drink drank drive drives drove eat eats ate
    eating enable enables enabled end ended enjoy enjoyed ensure ensures expect expects expected explain
    explains explained fall falls fell fallen feel feels felt fill filled find finds finding follow follows
    followed forget forgot gave get gets getting give gives given giving go goes going gone gonna got gotta
    gotten grow grows grew grown guess happen happens happened happening hear hears heard help helps helped
    helping hold holds held hope hoped imagine improve improves improved include includes included including
    increase increases increased introduce introduced join joined keep keeps kept knew know knows known
    knowing laugh laughed lead leads learn learns learned learning leave leaves left let lets lie liked live
    lives lived look looks looked looking lose loses lost love loves loved made make makes making mean means
    meant measure measured meet meets met mention mentioned move moved moving need needs needed offer offers
    offered open opened pay pays paid pick picked play played prefer prefers prevent prevents produce
    produced protect protects prove proved provide provides provided providing put puts putting ran reach
    reaches reached read reads realize realized receive receives received reduce reduces reduced remain
    remains remember remembers remembered remove removed replace replaced require requires required return
    returned rise rises rose run runs running said sat save saved saw say says saying see seem seems seemed
    seen sees seeing sell sells sold send sends sent serve serves served set sets share shared show shows
    showed shown showing sit sits sitting solve solved speak speaks spoke spoken spend spent stand stands
    stood start starts started starting stay stayed stop stopped suggest suggested suppose supposed take
    takes taken taking talk talks talked talking teach taught tell tells telling tend tends thank think
    thinks thinking thought threw tried try tries trying told took treat treated turn turns turned
    understand understands understood use uses used using visit visited wait waited waiting walk walked
    wanna want wants wanted wanting watch watched wear went win wins won wonder wondered work works worked
    working worry write writes written wrote cost costs based going welcome
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

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
    true typical unable unique unlikely unusual upper useful usual various vast warm weak wet whole wide
    wild wonderful worse worst wrong young younger else maybe perhaps together instead however therefore
    thus otherwise moreover meanwhile anyway indeed
    """.split()  # noqa: SIM905 - words read better than a list of literals
)

NEVER_HEADS = VERBS | _ADJECTIVES_AND_ADVERBS
