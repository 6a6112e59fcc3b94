"""What every stage may import: results, emotions, options, errors, progress, weights."""
