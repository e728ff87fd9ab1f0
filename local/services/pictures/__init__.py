"""Amazon Rekognition and Textract over local engines, and what both share: input and geometry."""
