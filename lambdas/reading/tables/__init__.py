"""Tables, in files of their own and within documents: which rows name the columns, and each row as a line."""
