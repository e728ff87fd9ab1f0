"""Amazon Transcribe over the local speech engine: jobs, and the file that they write."""
