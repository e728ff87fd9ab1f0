"""What every handler stands on: settings, the handler decorator, retries, and the code asset's data files."""
