"""From what was typed to a model's input: find files, decode them, judge their scope, prepare them.

here      `decode` (the entry: bytes to what a model and a row need), `prepare` (a model's input)
          `sniff` (which kind a file is), `archive` (films in a zip), `refusal` (why there is no picture)
          `greyscale` (grey levels to 8 bits), `grey_steps` (the formulas); `samples` (a film a codec)
finding   `find` (the entry), `inputs`, `walk`, `dicomdir`, `leftovers` (an earlier scan's), `names`
judging   `scope` (tags and grey levels), `greylevels` (statistics), `gate` (likeness to training pictures)
dicom     `pictures` (the entry), `dataset`, `elements`, `tags`, `header`, `vocabulary`; `fragments` (which
          bytes are which frame), `codecs`, `colour`, `grey_rules` (what a header asks for)
raster    `pictures` (the entry), `png`, `tiff`, `tiff_page`, `deflate`
jpeg      `segments` (markers), `codestream` (frame headers, JPEG 2000's too), `whole` (is a file of 8 bits
          whole?), `proof` and `scans` (is one that is lossless, or of 12 bits?)
"""
