"""`braid console`: a web page on this machine, rendered here, for whoever may use the deployment."""
