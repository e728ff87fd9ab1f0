"""PDF pages: the text that they show with positions, what their forms and notes say, and their pictures.

document   a PDF that is opened, page by page, in bounded memory
text       the text of a page, and what of the page only its picture says
sight      which characters are seen: within the page, large enough, neither hidden nor covered
visible    which text objects are shown: not those on layers that are off, nor invisible ones
covered    which letters lie under a bar, out of their clip path or on their own colour
coverage   where pictures and outlines stand without text upon them
forms      what is filled in and ticked, and the notes that people put on a page
picture    a page drawn as a JPEG
places     page coordinates to ratios of the page as shown

PDFium is not thread-safe: one thread at a time in this package.
"""

from braid.media.pages.document import extract_pages, page_count, probe_pdf, render_page, render_pages
from braid.media.pages.text import LinePart, PageText, TextLine

__all__ = [
    "LinePart",
    "PageText",
    "TextLine",
    "extract_pages",
    "page_count",
    "probe_pdf",
    "render_page",
    "render_pages",
]
