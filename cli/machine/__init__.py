"""This machine and the deployment: what is installed, what answers here, bringing it up and down."""
