"""What is done, stage by stage: each module reads the lake, calls pure functions, and writes the lake.

`context` is what every stage is given; `table` lists the stages of a day's build and runs them.
"""
