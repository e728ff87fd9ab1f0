"""Kinds of PDF pages that come out wrong in the wild: forms, unmapped letters, stamps, text that nobody sees."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

from evaluation.real_files.pdf_objects import pdf_page, picture, placed, shown, stream
from evaluation.real_files.reading_documents import Inputs, phrase, says


def filled_forms() -> Inputs:
    for seed in range(8):
        value, is_ticked = phrase(seed), seed % 2 == 0
        state = "Yes" if is_ticked else "Off"
        widgets = (
            f"<< /Type /Annot /Subtype /Widget /F 4 /Rect [150 245 380 262] /FT /Tx /T (a) /V ({value}) >>",
            "<< /Type /Annot /Subtype /Widget /F 4 /Rect [22 188 34 200] /FT /Btn /T (b)"
            f" /AS /{state} /V /{state} /AP << /N << /Yes 5 0 R /Off 5 0 R >> >> >>",
            "<< /Type /Annot /Subtype /FreeText /Rect [200 40 390 60] /Contents (Paid in May) >>",
        )
        data = pdf_page(
            shown(20, 250, "Name:") + shown(40, 190, "needs water"),
            page="/Annots [10 0 R 11 0 R 12 0 R]",
            catalog="/AcroForm << /Fields [10 0 R 11 0 R] /DR << /Font << /F 5 0 R >> >> /DA (/F 10 Tf 0 g) >>",
            objects=widgets,
        )
        box = "☒" if is_ticked else "☐"
        yield f"form {seed}", data, says(f"Name: {value}", f"{box} needs water", "Paid in May")
    for entries in ("/NeedsRendering true", ""):
        catalog = f"/AcroForm << /Fields [] /XFA 10 0 R >> {entries}"
        data = pdf_page(shown(20, 250, "Please wait..."), catalog=catalog, objects=[stream("<xdp/>")])
        yield f"xfa {entries}", data, lambda found: "Adobe" in found.reason


def unmapped_letters() -> Inputs:
    glyphs = " ".join(f"/g{code}" for code in range(33, 127))
    procedures = " ".join(f"/g{code} 11 0 R" for code in range(33, 127))
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0]"
        f" /FirstChar 33 /LastChar 126 /Widths [{'600 ' * 94}] /Encoding << /Type /Encoding"
        f" /Differences [33 {glyphs}] >> /CharProcs << {procedures} >> /Resources << >> >>"
    )
    for seed in range(6):
        junk = "".join(chr(ord(letter) + 1) for letter in phrase(seed) if letter.isalpha())
        content = shown(20, 250, "Words that are read") * (seed % 2) + shown(20, 200, junk).replace(
            "/F ", "/G "
        )
        resources = "/Font << /F 5 0 R /G 10 0 R >>"
        glyph = stream("600 0 d0 0 0 500 700 re f")
        yield (
            f"no map {seed}",
            pdf_page(content, resources=resources, objects=[font, glyph]),
            says(never=(junk,)),
        )


def stamped_scans() -> Inputs:
    stamps = (
        shown(20, 285, "Case 7:31-bk-20417 Filed 03/02/31 Entered 03/02/31 10:11:12", size=8),
        shown(20, 285, "Envelope 0F3A-77", size=7) + shown(300, 8, "ORLA000123", size=9),
        "q 0 1 -1 0 15 20 cm " + shown(0, 0, "arXiv:3105.00001v2 [math] 3 May 2031", size=11) + "Q\n",
        shown(20, 288, "A printed header of a court", size=8) + shown(20, 6, "page 1 of 2", size=8),
    )
    for number, stamp in enumerate(stamps):
        image = picture("It is ordered:\nCosts of 4,750 dollars\nare paid by Friday", (1200, 900))
        content = placed("I", 0, 0, 400, 300) + stamp
        data = pdf_page(content, resources="/XObject << /I 10 0 R >>", objects=[image])
        yield f"scan {number}", data, says("4,750 dollars")


def unseen_text() -> Inputs:
    seen, unseen = shown(20, 150, "The rent is 900 crowns"), "old rent 850"
    off = "/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>"
    layer = "<< /Type /OCG /Name (Inner) >>"
    form = (
        "/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F 5 0 R >> >> /OC 10 0 R"
    )
    marked = f"/OC /A BDC\n{shown(20, 200, unseen)}EMC\n"
    named, member = "/Properties << /A 10 0 R >>", "/Properties << /A 11 0 R >>"
    below = shown(20, 200, unseen, setup="3 Tr"), shown(20, 200, unseen, setup="1 g")
    files = {
        "above the crop box": pdf_page(seen + shown(20, 290, unseen), page="/CropBox [0 50 400 250]"),
        "beside the page": pdf_page(seen + shown(900, 150, unseen)),
        "layer": pdf_page(seen + marked, resources=named, catalog=off, objects=[layer]),
        "layer membership": pdf_page(
            seen + marked, resources=member, catalog=off, objects=[layer, "<< /Type /OCMD /OCGs [10 0 R] >>"]
        ),
        "form on a layer": pdf_page(
            seen + "/X Do\n",
            resources="/XObject << /X 11 0 R >>",
            catalog=off,
            objects=[layer, stream(shown(20, 200, unseen), form)],
        ),
        "invisible": pdf_page(seen + below[0]),
        "white": pdf_page(seen + below[1]),
        "white on white": pdf_page("1 g 0 0 400 300 re f 0 g " + seen + below[1]),
        "under a bar": pdf_page(seen + shown(20, 200, unseen) + "0 g 10 190 300 30 re f"),
        "a word under a bar": pdf_page(seen + shown(20, 200, f"so the {unseen}") + "0 g 56 190 80 30 re f"),
        "clipped off": pdf_page(seen + f"q 0 0 9 9 re W n {shown(20, 200, unseen)} Q"),
        "tiny": pdf_page(seen + shown(20, 200, unseen).replace("/F 12", "/F 0.2")),
        "scaled down": pdf_page(seen + f"q 0.01 0 0 0.01 20 200 cm {shown(0, 0, unseen)} Q"),
    }
    for name, data in files.items():
        yield (
            name,
            data,
            lambda found: "900" in found.text and "850" not in found.text and bool(found.warnings),
        )
