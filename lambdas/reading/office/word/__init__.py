"""Word documents (docx). Libraries lose text that people see (docs/decisions/0007): the tree is walked here.

document   the parts of a document in order: body, headers, footers, notes, comments, embedded documents
grid       the rows and cells of a table
styles     what styles make of a paragraph
numbers    the automatic numbers in front of paragraphs, as they are displayed
runs       the text of a paragraph: fields, check boxes, symbols, ruby
symbols    what the characters of symbol fonts are in Unicode
"""

from lambdas.reading.office.word.document import read_docx

__all__ = ["read_docx"]
