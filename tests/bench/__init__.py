"""`npm run bench`: what is measured, on this machine, now.

A part is a module of this package with one function:

    def measure(options: Options) -> Iterable[Row]

and is run by its name, `npm run bench -- boot events`, or with all others when none is named.
`options.runs` is how often to repeat (`--runs`); a part decides what a run is. A `Row` is made of
all its values: the table shows their median and range. `ratio` compares with another row of the
same part, `bar` is what the figure (the ratio where there is one, else the median) must not pass.

The figures go to dist/bench.json, by part and row; `--readme` writes the tables into the README.
Times are noisy: a part runs what it compares in turns, and no test depends on a time.
"""
