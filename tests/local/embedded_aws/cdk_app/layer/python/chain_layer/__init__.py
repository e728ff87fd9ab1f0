"""Only a layer holds this package, so a function that imports it proves that layers arrive."""

GREETING = "from the layer"
