"""`loader copy`: what another target knows, for a project that moves to another warehouse."""
