"""How good answers are, and whether one model's are better than another's. Standard library only.

intervals        a share with Wilson's interval; the bounds of resampled values
classification   accuracy, precision, recall, F1, by class and averaged; the confusion of classes
decisions        the same for decisions that may also be left open
calibration      what a probability is worth: ECE, Brier, reliability, Platt's scaling
curves           precision and recall by threshold, and the threshold that is chosen
ranking          recall at k
words            word error rate
comparison       base against tuned, paired, in points and relative
slices           groups for which a model does worse, by Holm's correction
mitigation       a threshold for each group, and what that costs
gate             whether the tuned model may take the base's place
"""
