"""What a model's answer is held to: shape, citations, claims, the profile's rules, and how sure it is."""
