"""CloudWatch of the embedded AWS: alarms evaluated as AWS does, and the metrics of the other services."""
