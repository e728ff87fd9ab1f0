"""The sections of ``profile.toml``, a module each."""
