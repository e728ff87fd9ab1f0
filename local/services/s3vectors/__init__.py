"""Amazon S3 Vectors: ``service`` (the API), ``index`` (exact search), ``full_text`` (BM25), ``filters``."""
