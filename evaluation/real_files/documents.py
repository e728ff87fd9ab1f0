"""Kinds of documents that come out wrong in the wild: PDF pages, slides, Word documents, mails."""

from __future__ import annotations

import base64
from email.message import EmailMessage

from evaluation.real_files.office_documents import embedded_pictures, slides, word_documents
from evaluation.real_files.pdf_documents import filled_forms, stamped_scans, unmapped_letters, unseen_text
from evaluation.real_files.reading_documents import Inputs, kind, says

__all__ = ["KINDS"]


def _mails() -> Inputs:
    body = "Guten Tag, die Bücher kommen am 9. Juni zurück. Das Entgelt von 4,50 zahle ich bar."
    encoded = base64.b64encode(body.encode()).decode()[:40]
    for charset, encoding in (("utf-8", "base64"), ("utf-8", "quoted-printable"), ("cp1252", "base64")):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            "Ada <ada@example.org>",
            "bo@example.org",
            "Rückgabe der Bücher",
        )
        mail.set_content(body, charset=charset, cte=encoding)
        check = says("Rückgabe der Bücher", "am 9. Juni zurück", never=(encoded,))
        yield f"{charset} {encoding}", mail.as_bytes(), check
        mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Rechnung.pdf")
        attached = says("am 9. Juni zurück", "Rechnung.pdf", never=("JVBERi",))
        yield f"{charset} {encoding}, attachment", mail.as_bytes(), attached
        mail = EmailMessage()
        mail["From"], mail["Subject"] = '"Saved by Blink" <x@example.org>', "Preise"
        mail.set_content(f"<p>{body}</p>", subtype="html", charset=charset, cte=encoding)
        yield (
            f"{charset} {encoding}, page",
            mail.as_bytes(),
            says("Preise", "am 9. Juni", never=("<p>", encoded)),
        )


KINDS = [
    kind("PDF forms, notes and XFA", filled_forms),
    kind("PDF letters without a character map", unmapped_letters),
    kind("Scans under headers and stamps", stamped_scans),
    kind("PDF text that viewers don't show", unseen_text),
    kind("Slides: charts, damaged parts, shows with macros", slides),
    kind("Word: numbers, symbols, boxes, headers, comments", word_documents),
    kind("Pictures within documents and slides", embedded_pictures),
    kind("Mails and saved pages", _mails),
]
