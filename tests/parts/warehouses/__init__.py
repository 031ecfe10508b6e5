"""The laws as a property: settings, the compiled SQL, the oracle, and the machine that tries."""
