"""Pictures: frames and images decoded in little memory, their colours and quality, stills made of them."""
