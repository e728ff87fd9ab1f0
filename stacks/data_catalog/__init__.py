"""What is done with many assets at once: Glue tables and an Athena workgroup; Processing jobs."""
