"""What a model is asked: which one, with which evidence, slots and pictures."""
