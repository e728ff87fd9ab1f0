"""What has to be read from pages and pictures: PDF, in reading order, and pictures through Textract."""
