"""What is deployed. A stack composes and grants; a construct models one thing."""
