"""From a query to hits that are citations, over the vector indexes of a deployment.

embedders  what gives a space its vectors
lists      one ranked list per space: words and meaning for texts, looks for pictures
showing    of what was found, what may be shown: few of each asset
presence   whether a list's best is nearer than chance, or nothing like the query is there
knowledge_base  documents that Bedrock's knowledge base holds, as one more list
finding    the lists fused by rank, and of the hits those that may be found
"""
