"""Pictures of scores as SVG texts, each whole and readable by itself: for the evaluation and for reports.

frame        axes, marks and words; everything written is escaped
of_scores    reliability, confusion, slices, precision and recall
of_training  loss by step, what tuning changed in slices, cost against F1
"""
