"""How long things take: what benchmarks of imports, pages and jobs run."""
