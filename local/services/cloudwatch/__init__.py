"""What CloudWatch makes of metrics: statistics, metric math, alarms, metrics in log lines. Pure; no AWS."""
