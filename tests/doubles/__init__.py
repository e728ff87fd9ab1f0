"""Stand-ins for AWS that keep state and check what they are told, shared by the suites."""
