"""Where the README's figures come from: ``python -m benchmarks`` prints them as JSON. Ratios against the stock tool in the same run."""
