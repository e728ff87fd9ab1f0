"""What strangers write into files to steer a model, and every way on which it gets as far as the evidence."""
