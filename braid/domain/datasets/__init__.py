"""Data to tune and to evaluate models with: formats, what is wrong with a file, how it is divided.

Pure rules over lines; who calls them reads files. Standard library only.

formats          the three formats, and their bounds
problems         what is found, by line
examples         one line of a file, read: prompt, answer, media
conversations    the keys and turns of Nova's format
grammar          Yes or No with categories between tags; telling grammars apart
templates        what all prompts of a file share
near_duplicates  texts that hardly differ
rules            what is asked of a line or a file, a module each
checking         the validator of one file
comparing        train against evaluation: leakage, one grammar
split            train, validation and test, never parting what belongs together
writers          a line in each format
augmentation     noise in texts
features         what a processing job is asked and leaves
"""
