"""The steps of customize_model: from checked data to a tuned model in use, or to nothing that is left."""
