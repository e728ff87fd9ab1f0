"""Goes through a deployment as its users would, stage by stage, and writes down what was seen."""
