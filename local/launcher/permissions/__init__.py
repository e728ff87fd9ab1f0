"""IAM as AWS asks it, and every decision of a run."""
