"""S3: objects read in ranges, versions and their tags, uploads, and writes that take nothing back."""
