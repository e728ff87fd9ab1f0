"""Files on their way: what is uploaded, followed and waited for."""
