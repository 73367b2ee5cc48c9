"""From what was typed to a model's input: find files, decode them, judge their scope, prepare them.

finding     `inputs`, `find`, `walk`, `archive` (zip), `dicomdir`, `leftovers` (an earlier scan's), `names`
decoding    `decode` (the entry), `sniff` (which kind), `refusal` (why there is no picture)
DICOM       `dicom` (the entry), `dataset`, `elements`, `tags`, `header`, `vocabulary`; `fragments` (which
            bytes are which frame), `codecs`, `colour`
grey levels `grey_rules` (what a header asks for), `grey_steps` (the formulas), `greyscale` (to 8 bits)
JPEG        `jpeg_segments` (markers), `codestream` (frame headers, JPEG 2000's too), `jpeg` (is a file of 8
            bits whole?), `jpeg_proof` and `jpeg_scans` (is one that is lossless, or of 12 bits?)
others      `raster` (the entry), `png`, `tiff`, `tiff_page`, `deflate`
judging     `scope` (tags and grey levels), `greylevels` (statistics), `gate` (likeness to training pictures)
a model     `prepare`
"""
