"""What an index is asked to learn how near chance comes: things that hardly anybody recorded, by language.

An encoder that was taught English puts all German near all German: how near chance comes to a German question
only German questions tell. Each language has 24 questions, and 12 of a word or two, as people also type them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from braid.text.languages import guess_language

__all__ = ["BACKGROUND_QUERIES", "background_language"]

_QUERIES = {
    "en": """
        how falconers trained gyrfalcons for the Danish crown
        restoring the veneer of a baroque harpsichord
        which moths pollinate yucca at night
        rules of underwater hockey
        wages of lamplighters in Victorian Glasgow
        the dialect spoken on the Faroe island of Suduroy
        how to read a sextant near the pole
        curling stones from Ailsa Craig granite
        why axolotls keep their gills
        the last eruption of Mount Erebus
        recipe for fermented shark
        how many ribs a python has
        the duchess who collected snuff boxes
        training sled dogs for the tundra
        lichens as a dye for tweed
        monks who brewed in silence
        the mating dance of the bird of paradise
        who forged the Vinland map
        catching eels with wicker traps
        bagpipes at a Bulgarian wedding
        the orbit of Neptune's moon Triton
        a zeppelin over Friedrichshafen
        how amber traps insects
        stilt fishermen in Ceylon
        gyrfalcon
        harpsichord
        axolotl
        snuff box
        zeppelin
        lichen
        bagpipes
        Triton
        sled dogs
        yucca moth
        curling
        amber
    """,
    "de": """
        wie Falkner Gerfalken für die dänische Krone abrichteten
        das Furnier eines barocken Cembalos restaurieren
        welche Motten nachts die Yucca bestäuben
        Regeln des Unterwasserhockeys
        was Laternenanzünder in Glasgow verdienten
        die Mundart der Färöer-Insel Suduroy
        wie man nahe am Pol einen Sextanten abliest
        Curlingsteine aus Granit von Ailsa Craig
        warum Axolotl ihre Kiemen behalten
        der letzte Ausbruch des Mount Erebus
        Rezept für vergorenen Hai
        wie viele Rippen eine Python hat
        die Herzogin, die Schnupftabakdosen sammelte
        Schlittenhunde für die Tundra abrichten
        Flechten als Farbe für Tweed
        Mönche, die schweigend Bier brauten
        der Balztanz des Paradiesvogels
        wer die Vinland-Karte gefälscht hat
        Aale mit Reusen aus Weide fangen
        Dudelsäcke auf einer bulgarischen Hochzeit
        die Umlaufbahn des Neptunmonds Triton
        ein Zeppelin über Friedrichshafen
        wie Bernstein Insekten einschließt
        Stelzenfischer auf Ceylon
        Gerfalke
        Cembalo
        Axolotl
        Schnupftabakdose
        Zeppelin
        Flechten
        Dudelsack
        Triton
        Schlittenhunde
        Yuccamotte
        Curling
        Bernstein
    """,
    "fr": """
        comment les fauconniers dressaient les gerfauts de la couronne danoise
        restaurer le placage d'un clavecin baroque
        quels papillons de nuit pollinisent le yucca
        les règles du hockey subaquatique
        le salaire des allumeurs de réverbères à Glasgow
        le dialecte de l'île féroïenne de Suduroy
        comment lire un sextant près du pôle
        les pierres de curling en granit d'Ailsa Craig
        pourquoi les axolotls gardent leurs branchies
        la dernière éruption du mont Erebus
        la recette du requin fermenté
        combien de côtes a un python
        la duchesse qui collectionnait les tabatières
        dresser des chiens de traîneau pour la toundra
        des lichens pour teindre le tweed
        des moines qui brassaient en silence
        la parade nuptiale du paradisier
        qui a falsifié la carte du Vinland
        pêcher l'anguille avec des nasses d'osier
        des cornemuses à un mariage bulgare
        l'orbite de Triton, la lune de Neptune
        un zeppelin au-dessus de Friedrichshafen
        comment l'ambre emprisonne les insectes
        les pêcheurs sur échasses de Ceylan
        gerfaut
        clavecin
        axolotl
        tabatière
        zeppelin
        lichen
        cornemuse
        Triton
        chiens de traîneau
        papillon du yucca
        curling
        ambre
    """,
    "es": """
        cómo los halconeros adiestraban gerifaltes para la corona danesa
        restaurar la chapa de un clavecín barroco
        qué polillas polinizan la yuca de noche
        reglas del hockey subacuático
        el sueldo de los faroleros en Glasgow
        el dialecto de la isla feroesa de Suduroy
        cómo leer un sextante cerca del polo
        piedras de curling de granito de Ailsa Craig
        por qué los ajolotes conservan sus branquias
        la última erupción del monte Erebus
        receta de tiburón fermentado
        cuántas costillas tiene una pitón
        la duquesa que coleccionaba cajas de rapé
        adiestrar perros de trineo para la tundra
        líquenes para teñir lana
        monjes que elaboraban cerveza en silencio
        la danza nupcial del ave del paraíso
        quién falsificó el mapa de Vinlandia
        pescar anguilas con nasas de mimbre
        gaitas en una boda búlgara
        la órbita de Tritón, la luna de Neptuno
        un zepelín sobre Friedrichshafen
        cómo el ámbar atrapa insectos
        pescadores sobre zancos en Ceilán
        gerifalte
        clavecín
        ajolote
        caja de rapé
        zepelín
        liquen
        gaita
        Tritón
        perros de trineo
        polilla de la yuca
        curling
        ámbar
    """,
    "it": """
        come i falconieri addestravano i girifalchi della corona danese
        restaurare l'impiallacciatura di un clavicembalo barocco
        quali falene impollinano la yucca di notte
        le regole dell'hockey subacqueo
        la paga dei lampionai a Glasgow
        il dialetto dell'isola feroese di Suduroy
        come leggere un sestante vicino al polo
        pietre da curling in granito di Ailsa Craig
        perché gli axolotl conservano le branchie
        l'ultima eruzione del monte Erebus
        ricetta dello squalo fermentato
        quante costole ha un pitone
        la duchessa che collezionava tabacchiere
        addestrare cani da slitta per la tundra
        licheni per tingere il tweed
        monaci che facevano la birra in silenzio
        la danza nuziale dell'uccello del paradiso
        chi ha falsificato la mappa di Vinland
        pescare anguille con nasse di vimini
        zampogne a un matrimonio bulgaro
        l'orbita di Tritone, la luna di Nettuno
        un dirigibile sopra Friedrichshafen
        come l'ambra intrappola gli insetti
        pescatori sui trampoli a Ceylon
        girifalco
        clavicembalo
        axolotl
        tabacchiera
        dirigibile
        lichene
        zampogna
        Tritone
        cani da slitta
        falena della yucca
        curling
        ambra
    """,
    "pt": """
        como os falcoeiros treinavam gerifaltes para a coroa dinamarquesa
        restaurar o folheado de um cravo barroco
        que mariposas polinizam a iúca à noite
        regras do hóquei subaquático
        o salário dos acendedores de lampiões em Glasgow
        o dialeto da ilha feroesa de Suduroy
        como ler um sextante perto do polo
        pedras de curling de granito de Ailsa Craig
        por que os axolotes conservam as guelras
        a última erupção do monte Erebus
        receita de tubarão fermentado
        quantas costelas tem uma píton
        a duquesa que colecionava caixas de rapé
        treinar cães de trenó para a tundra
        líquenes para tingir lã
        monges que faziam cerveja em silêncio
        a dança nupcial da ave-do-paraíso
        quem falsificou o mapa de Vinland
        pescar enguias com armadilhas de vime
        gaitas de foles num casamento búlgaro
        a órbita de Tritão, a lua de Netuno
        um zepelim sobre Friedrichshafen
        como o âmbar aprisiona insetos
        pescadores sobre estacas no Ceilão
        gerifalte
        cravo
        axolote
        caixa de rapé
        zepelim
        líquen
        gaita de foles
        Tritão
        cães de trenó
        mariposa da iúca
        curling
        âmbar
    """,
}
BACKGROUND_QUERIES: Mapping[str, tuple[str, ...]] = {
    language: tuple(line.strip() for line in lines.strip().splitlines())
    for language, lines in _QUERIES.items()
}


def background_language(query: str, nearest: Iterable[str]) -> str | None:
    """In which language an index is asked for a query's background: the query's own.

    Few words tell none: then that of the texts ``nearest`` to it, as an encoder puts a language's texts
    together, or English. ``None`` for a language without questions here: what comes near it tells nothing.
    """
    language = guess_language([query]) or guess_language(nearest) or "en"
    return language if language in BACKGROUND_QUERIES else None
