"""Recording: closes the record of an asset that was rejected or failed, and says why where people look."""
