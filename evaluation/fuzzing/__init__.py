"""Every parser of ours, given what somebody damaged: it reads it, or refuses it with a declared error.

``target`` is a parser with seeds, ``targets`` lists them, ``mutations`` damages seeds, ``worker`` runs one
target in a process under limits, and ``campaign`` runs them all. ``make fuzz`` is the command.
"""
