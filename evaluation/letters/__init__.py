"""A data set of letters: the 26 of the American manual alphabet, as SignWriting writes them, with variations.

They are written symbols of handshapes, not pictures of hands: good for trying the way from labelled pictures
to a tuned classifier and back, not for reading anybody's signs. ``two_indexes`` goes that way and prints the
table of 26 rows.
"""
