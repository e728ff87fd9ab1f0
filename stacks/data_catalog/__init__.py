"""The catalogue in AWS: Glue tables, an Athena workgroup, and what fills the tables."""
