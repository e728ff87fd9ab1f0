"""Dispatch: one execution for every object version that lands in the inbox."""
