"""What is uploaded for functions: their code and their layers, each with its bytecode."""
