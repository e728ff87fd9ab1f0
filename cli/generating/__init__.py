"""Making: requests for pictures and videos, who makes them, and the templates of prompts."""
