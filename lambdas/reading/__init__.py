"""Reading: what is written in documents and caption files, as passages with pages and offsets."""
