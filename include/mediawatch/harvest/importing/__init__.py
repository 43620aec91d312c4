"""Import of WARC archives: their answers become batches of the days on which they were captured."""
