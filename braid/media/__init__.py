"""Media: the only room that imports PyAV, Pillow, pi-heif and pypdfium2.

Everything here works over any seekable binary file object (a ranged reader of S3 in production), reads it
in few, large, bounded pieces, and says what is wrong with a file by raising ``InvalidAssetError`` with a
message for the person who made the file. No decoder's exception leaves this package.

content      what a file is by its content, and how a text's bytes become characters (standard library only)
containers   files as decoders open them: bounded reads, tracks, durations, whether all is there and plays
pictures     frames and images as pictures: colours, quality, the stills made of them
shots        where a video's picture changes, and its keyframes
pages        text, positions and pictures of PDF pages
sound        sound: how loud, in a form that Transcribe takes, and the track of spoken descriptions
"""
