"""One rule of the validator each.

keys         wrong keys, and which was meant
answers      one grammar for all answers, the one that the prompt asks for
reserved     words that a tuning job refuses; personal data
images       bounds of pictures
role_policy  which prefixes the service role may read
whole_file   name, number of lines, balance of classes
"""
