"""One module a view: it reads what a request asks for and says which template shows it."""
