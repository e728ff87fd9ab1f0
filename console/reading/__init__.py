"""What views show of the table: exact counts, pages of records, the review queue. Nothing is scanned."""
