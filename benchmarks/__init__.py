"""What vidsent costs, measured beside a floor or a peer in the same run.

    python -m benchmarks speed     wall time as a ratio to decoding alone, with a profile
    python -m benchmarks memory    peak memory by length
    python -m benchmarks peer      speed and accuracy beside the package `fer`
    python -m benchmarks load      sixteen visitors at once, over HTTP

Each prints its figures as JSON and puts them into docs/RESULTS.md with `--write`.
"""
