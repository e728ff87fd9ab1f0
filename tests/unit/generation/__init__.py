"""The steps of a generation, each over real engines and stores in memory."""
