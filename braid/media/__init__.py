"""Media: the only room that imports PyAV, Pillow and pypdfium2.

Everything here works over any seekable binary file object (a ranged reader of S3 in production), reads it
in few, large, bounded pieces, and says what is wrong with a file by raising ``InvalidAssetError`` with a
message for the person who made the file. No decoder's exception leaves this package.

identify   media type by content                     (standard library only)
encoding   how a text's bytes become characters      (standard library only)
blocks     the buffered reader under every decoder   (standard library only)
matroska, completeness   what a container's own bytes say, and whether all of it is there (likewise)
probe      duration, streams, whether they decode
frames     keyframes of videos
stills     probes and keyframes of images
decoding_limits, flattening   how large a picture may be, and how it becomes RGB in little memory
pages      text, positions and pictures of PDF pages
audio      the audio track in a form that Transcribe takes
loudness   how loud an audio track is
quality    sharpness, brightness, contrast, blankness of a picture
"""
