"""The lake: whole objects under keys, on a disk or in S3; the one truth that everything else can be rebuilt from."""
